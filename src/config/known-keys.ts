import { configJsonSchema, type JsonSchema } from './json-schema.ts';
import type { Path } from './problem.ts';
import { isRawMap } from './tree.ts';

let whole: JsonSchema | undefined;

/**
 * The keys that a map of the file may have, read from the JSON Schema.
 * @param path of the map; `value` is what the file has there (its `kind` picks the alternative).
 */
export function knownKeys(path: Path, value: unknown): string[] {
  let schema: JsonSchema | undefined = (whole ??= configJsonSchema());
  for (const key of path) {
    if (schema === undefined) return [];
    schema = typeof key === 'number' ? schema.items : (schema.properties?.[key] ?? (schema.additionalProperties || undefined));
  }
  const kind = isRawMap(value) ? value['kind'] : undefined;
  const alternative = schema?.oneOf?.find(({ properties }) => kind !== undefined && properties?.['kind']?.const === kind);
  return Object.keys((alternative ?? schema)?.properties ?? {});
}
