import { configJsonSchema, type JsonSchema } from './json-schema.ts';
import type { Path } from './problem.ts';
import { isRawMap } from './tree.ts';

let whole: JsonSchema | undefined;

export interface KnownKeys {
  /** Keys that a map of the file may have. */
  here: string[];
  /** Where a key that is not among them would be known, further down: `route`, `server.limits`. */
  below(key: string): string | undefined;
}

/**
 * What the JSON Schema knows of a map in the file.
 * @param path of the map; `value` is what the file has there (its `kind` picks the alternative).
 */
export function knownKeys(path: Path, value: unknown): KnownKeys {
  let schema: JsonSchema | undefined = (whole ??= configJsonSchema());
  for (const key of path) {
    if (schema === undefined) break;
    schema = typeof key === 'number' ? schema.items : (schema.properties?.[key] ?? (schema.additionalProperties || undefined));
  }
  const kind = isRawMap(value) ? value['kind'] : undefined;
  const alternative = schema?.oneOf?.find(({ properties }) => kind !== undefined && properties?.['kind']?.const === kind);
  const map = schema?.anyOf?.find(({ properties }) => properties !== undefined);
  const known = alternative ?? map ?? schema ?? {};
  return { here: Object.keys(known.properties ?? {}), below: (key) => find(known, key) };
}

function find(schema: JsonSchema, key: string): string | undefined {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (inner.properties !== undefined && Object.hasOwn(inner.properties, key)) return name;
    const below = find(inner, key);
    if (below !== undefined) return `${name}.${below}`;
  }
  return undefined;
}
