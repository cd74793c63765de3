import type { JsonObject, JsonValue } from '../../canonical/chat.ts';
import { InputError } from '../../canonical/errors.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 20_000;

/**
 * Checks what every vendor demands of a JSON Schema: bounded, its references within itself, and without a cycle.
 * Vendors differ in whether they take a recursive schema, so that one which does would tie a model to its vendor.
 * @throws InputError
 */
export function checkJsonSchema(schema: JsonObject, field: string): void {
  let nodes = 0;
  /** References from which a walk is under way: meeting one again is a cycle. */
  const following = new Set<string>();
  const done = new Set<string>();

  const walk = (value: JsonValue, path: string, depth: number): void => {
    if (++nodes > MAX_NODES) throw new InputError(field, `the schema is too large: at most ${MAX_NODES} values are taken.`);
    if (depth > MAX_DEPTH) throw new InputError(path, `the schema is nested too deeply: at most ${MAX_DEPTH} levels are taken.`);
    if (Array.isArray(value)) {
      value.forEach((item, index) => walk(item, `${path}[${index}]`, depth + 1));
    } else if (value !== null && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) {
        if (key === '$ref' && typeof item === 'string') follow(item, `${path}.$ref`, depth);
        else if (key !== '$defs' && key !== 'definitions') walk(item, `${path}.${key}`, depth + 1);
      }
    }
  };
  const follow = (reference: string, path: string, depth: number): void => {
    if (following.has(reference) || reference === '#') {
      throw new InputError(path, `the reference "${reference}" leads back to itself: recursive schemas are not taken; spell the levels out.`);
    }
    if (done.has(reference)) return;
    following.add(reference);
    walk(lookUp(schema, reference, path), path, depth + 1);
    following.delete(reference);
    done.add(reference);
  };
  walk(schema, field, 0);
}

/** Follows a JSON Pointer (RFC 6901) within the schema. */
function lookUp(schema: JsonObject, reference: string, path: string): JsonValue {
  if (!reference.startsWith('#/')) {
    throw new InputError(path, `the reference "${reference.slice(0, 100)}" must point into the schema, such as "#/$defs/address".`);
  }
  let value: JsonValue | undefined = schema;
  for (const step of reference.slice(2).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value) ? value[Number(key)] : value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined;
    if (value === undefined) throw new InputError(path, `the reference "${reference.slice(0, 100)}" points to nothing in the schema.`);
  }
  return value;
}
