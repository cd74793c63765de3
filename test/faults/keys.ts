import type { z } from 'zod';

/** Compiles only if a schema names exactly the fields of the SDK's type: no field forgotten, none invented. */
export function sameKeysAs<Expected>() {
  return <Schema extends z.ZodType>(
    schema: [Exclude<keyof Expected, keyof z.infer<Schema>>, Exclude<keyof z.infer<Schema>, keyof Expected>] extends [never, never]
      ? Schema
      : { missing: Exclude<keyof Expected, keyof z.infer<Schema>>; invented: Exclude<keyof z.infer<Schema>, keyof Expected> },
  ): Schema => schema as Schema;
}

/** What is wrong, each with its path, as the vendors word it. */
export function problems(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
