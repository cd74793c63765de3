import { z } from 'zod';
import { root } from './schema/root.ts';

export interface JsonSchema {
  [keyword: string]: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | false;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  const?: unknown;
}

const REFERENCE: JsonSchema = { type: 'string', pattern: '^\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}$' };
const SCALARS = new Set<unknown>(['string', 'number', 'integer', 'boolean']);

/** JSON Schema (2020-12) of `gateway.yaml` for editors. What only the whole file can tell is checked by the loader alone. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(root, { io: 'input', reused: 'inline' });
  return { title: "Kanon's gateway.yaml", ...forEditors(schema as JsonSchema) };
}

/** The committed `gateway.schema.json`, letter by letter. */
export function renderConfigJsonSchema(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/**
 * Wherever a scalar is bounded, `${NAME}` may stand for it. `implied` is a default that the loader works out from
 * other values.
 */
function forEditors(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, oneOf, implied, ...rest } = schema;
  const walked: JsonSchema = implied === undefined ? rest : { default: implied, ...rest };
  if (properties !== undefined) {
    walked.properties = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, forEditors(value)]));
  }
  if (additionalProperties !== undefined) walked.additionalProperties = additionalProperties && forEditors(additionalProperties);
  if (items !== undefined) walked.items = forEditors(items);
  if (oneOf !== undefined) walked.oneOf = oneOf.map(forEditors);
  if (walked.anyOf !== undefined) return { ...walked, anyOf: [...walked.anyOf, REFERENCE] };
  if (!SCALARS.has(walked['type']) || walked.const !== undefined) return walked;
  const { description, default: standard, ...bounds } = walked;
  if (Object.keys(bounds).length === 1 && bounds['type'] === 'string') return walked;
  return {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    anyOf: [bounds, REFERENCE],
  };
}
