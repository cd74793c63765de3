import { z } from 'zod';
import { MaskingError } from '../masking/errors.ts';
import type { Finding } from './guardrail.ts';

const DEEPEST = 32;

/**
 * Finds answers that are no JSON of a schema.
 * @throws MaskingError `configuration` for a schema that cannot be held to, with the reason
 */
export function findMisfit(schema: Readonly<Record<string, unknown>>): (text: string) => Finding | null {
  const type = compile(schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { reason: 'it is no JSON', spans: [] };
    }
    return type.safeParse(value).success ? null : { reason: 'it does not fit the required JSON schema', spans: [] };
  };
}

function compile(schema: Readonly<Record<string, unknown>>): z.ZodType {
  refusePatterns(schema, 0);
  try {
    return z.fromJSONSchema(schema);
  } catch (error) {
    throw new MaskingError('configuration', `the JSON schema cannot be held to: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

/** A pattern of a schema would run on an engine that an answer can keep busy for hours. */
function refusePatterns(value: unknown, depth: number): void {
  if (depth > DEEPEST) throw new MaskingError('configuration', `the JSON schema is nested deeper than ${DEEPEST} levels`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if ((key === 'pattern' && typeof inner === 'string') || key === 'patternProperties') {
      throw new MaskingError('configuration', `the JSON schema cannot be held to: ${key} is not supported here`);
    }
    refusePatterns(inner, depth + 1);
  }
}
