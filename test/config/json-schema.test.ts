import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, type JsonSchema, renderConfigJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/parse.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Every key that a file may have, with its default as the schema tells it. */
function keysOf(schema: JsonSchema, path: string): Map<string, unknown> {
  const keys = new Map<string, unknown>();
  for (const alternative of [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) {
    for (const [key, value] of Object.entries(alternative.properties ?? {})) {
      const at = path === '' ? key : `${path}.${key}`;
      // Alternatives may differ in a default: which one it is, is said in words.
      const differs = keys.has(at) && JSON.stringify(keys.get(at)) !== JSON.stringify(value['default']);
      keys.set(at, differs ? undefined : value['default']);
      for (const [below, standard] of keysOf(value, at)) keys.set(below, standard);
    }
  }
  if (schema.additionalProperties) for (const [below, standard] of keysOf(schema.additionalProperties, `${path}.*`)) keys.set(below, standard);
  if (schema.items !== undefined) for (const [below, standard] of keysOf(schema.items, `${path}[]`)) keys.set(below, standard);
  return keys;
}

describe('gateway.schema.json', () => {
  it('is what the schema says; `npm run generate` writes it', () => {
    expect(read('gateway.schema.json')).toBe(renderConfigJsonSchema());
  });

  it('is named by the standard file', () => {
    expect(read('gateway.yaml')).toMatch(/^# yaml-language-server: \$schema=\.\/gateway\.schema\.json\n/);
  });
});

describe('docs/configure.md', () => {
  const docs = read('docs/configure.md');
  const rows = new Map([...docs.matchAll(/^\| `([a-zA-Z0-9.*[\]]+)` \| (.*?) \| /gm)].map(([, key = '', standard = '']) => [key, standard]));
  const keys = keysOf(configJsonSchema(), '');
  // A member has all keys of a target.
  const documented = (key: string): string => (key.endsWith('.weight') ? key : key.replace('ensemble.of[]', 'targets[]'));

  it('describes every key, and no other', () => {
    expect(new Set(rows.keys())).toEqual(new Set([...keys.keys()].map(documented)));
  });

  it('tells the defaults as they are', () => {
    // Of a section the defaults are told key by key.
    const told = [...keys].filter(([key, standard]) => standard !== undefined && (JSON.stringify(standard) !== '{}' || key.endsWith('.headers')));
    const show = (standard: unknown): string => (typeof standard === 'string' ? standard : JSON.stringify(standard));
    expect(told.map(([key]) => `${key} ${rows.get(documented(key))}`)).toEqual(told.map(([key, standard]) => `${key} \`${show(standard)}\``));
    expect(told.length).toBeGreaterThan(20);
  });

  it.each([...docs.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, example = '']) => example))('has an example that loads: %#', (example) => {
    const env = { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', AZURE_API_KEY: 'c', GROQ_API_KEY: 'd' };
    expect(parseConfig(example, 'docs/configure.md', env).notices).toEqual([]);
    expect(() => parseConfig(example, 'docs/configure.md', {})).not.toThrow();
  });
});
