import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../../src/config/errors.ts';
import { parseConfig } from '../../src/config/parse.ts';

const standard = readFileSync(new URL('../../gateway.yaml', import.meta.url), 'utf8');

function refusal(source: string, env: NodeJS.ProcessEnv = {}): ConfigError | null {
  try {
    parseConfig(source, 'gateway.yaml', env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** What is not as it should be: an accepted config that dangles, or a refusal without its place in the file. */
function faults(source: string, env: NodeJS.ProcessEnv = {}): string[] {
  const error = refusal(source, env);
  if (error === null) return danglingTargets(source, env);
  const lines = source.split('\n').length;
  const misplaced = error.problems.filter(({ line, column }) => line < 1 || line > lines || column < 1);
  const unsaid = error.problems.slice(0, 50).filter(({ line, column }) => !error.message.includes(`gateway.yaml:${line}:${column}`));
  const silent = error.problems.length === 0 ? ['refused without a problem'] : [];
  return [...silent, ...[...misplaced, ...unsaid].map((problem) => JSON.stringify(problem))];
}

function danglingTargets(source: string, env: NodeJS.ProcessEnv): string[] {
  const { config } = parseConfig(source, 'gateway.yaml', env);
  return [...config.models.values()].flatMap((model) => {
    const targets = model.kind === 'route' ? model.targets : model.ensemble.of;
    if (targets.length === 0) return [`${model.name} has no target`];
    return targets.filter(({ provider }) => !config.providers.has(provider)).map(({ provider }) => `${model.name} is at ${provider}`);
  });
}

const KEYS = ['providers', 'models', 'server', 'media', 'telemetry', 'kind', 'apiKey', 'headers', 'azure', 'operation', 'route', 'targets', 'ensemble', 'of', 'provider', 'model', 'weight', 'limits', 'level', 'totalMs', 'price', 'input', '__proto__', 'constructor', 'local', '<<'];
const VALUES = ['local', 'openai', 'chat', 'sentiment', 'extractive', 'minilm', '5s', '${A}', '${B:-1}', '$${', '', 0, -1, 1.5, Infinity, null, true];

const nearlyConfig = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom(...VALUES),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 5 })), tie('value'), { maxKeys: 6 }),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
})).value;

describe('whatever is in the file, it is accepted or refused with a place', () => {
  it('for any value as YAML', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyConfig, fc.jsonValue()), (value) => {
        expect(faults(stringify(value), { A: '7' })).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('for any value in the place of each section', () => {
    const section = fc.constantFrom('providers', 'models', 'server', 'media', 'telemetry');
    fc.assert(
      fc.property(section, nearlyConfig, (name, value) => {
        const sections = { providers: { local: { kind: 'local' } }, models: { m: { operation: 'chat', targets: [{ provider: 'local', model: 'extractive' }] } }, [name]: value };
        expect(faults(stringify(sections), { A: '7' })).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('for any text', () => {
    const syntax = fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '\t', '-', '?', '[', ']', '{', '}', '&a', '*a', '<<', '"', "'", '|', '>', '#', '!', '%', '${', '$', ',', '\r', '\uE000', '---\n'), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (source) => {
        expect(faults(source)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('for the standard file with a piece of it cut, doubled or moved', () => {
    const place = fc.nat({ max: standard.length });
    fc.assert(
      fc.property(place, fc.nat({ max: 200 }), place, fc.boolean(), (from, length, to, cut) => {
        const piece = standard.slice(from, from + length);
        const rest = cut ? standard.slice(0, from) + standard.slice(from + length) : standard;
        expect(faults(rest.slice(0, to) + piece + rest.slice(to))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('no secret is shown', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/+=-]{15,30}[A-Za-z0-9]$/).map((letters) => `SECRET${letters}`);
  const place = fc.constantFrom(
    (value: string) => `{ kind: openai, apiKey: ${value} }`,
    (value: string) => `{ kind: openai, apiKey: "${value}", timeout: 5 }`,
    (value: string) => `{ kind: openai, apikey: ${value}, baseurl: x }`,
    (value: string) => `{ kind: openai, key: ${value} }`,
    (value: string) => `{ kind: openai, apiKey: [${value}] }`,
    (value: string) => `{ kind: opnai, apiKey: ${value} }`,
    (value: string) => `{ kind: openai, headers: { x-team: "${value}", "b d": 1 } }`,
    (value: string) => `{ kind: openai, headers: { Authorization: Bearer ${value}, x: [] } }`,
    (value: string) => `{ kind: openai, baseUrl: https://user:${value}@example.com }`,
    (value: string) => `\n    kind: openai\n    apiKey: |\n      ${value}\n    bad: 1`,
    (value: string) => `\n    kind: openai\n    apiKey:\n      ${value}\n   bad: 1`,
    (value: string) => `{ kind: openai, apiKey: ${value}`,
    (value: string) => `{ kind: openai, apiKey: "${value} }`,
    (value: string) => `{ kind: openai, headers: { authorization: "Bearer ${value}" }, [ }`,
  );
  const file = (provider: string): string => `providers:\n  p: ${provider}\nmodels:\n  m: { operation: chat, tragets: [{ provider: q, model: x }] }\n`;

  it('from the file', () => {
    fc.assert(
      fc.property(secret, place, (value, write) => {
        expect(refusal(file(write(value)))?.message).not.toContain(value);
      }),
      { numRuns: 300 },
    );
  });

  it('from the environment', () => {
    const anywhere = fc.constantFrom('server: { limits: { maxDepth: ${S} } }', 'telemetry: { level: ${S} }', 'media: { uploadTtl: "${S}" }', 'server: { cors: { origins: ["https://${S}/"] } }');
    fc.assert(
      fc.property(secret, place, anywhere, (value, write, line) => {
        expect(refusal(file(write('${S}')) + line, { S: value })?.message).not.toContain(value);
      }),
      { numRuns: 300 },
    );
  });

  it('from the environment as a name', () => {
    const models = fc.constantFrom('{ provider: "${S}", model: x }', '{ provider: p, model: "${S}" }');
    fc.assert(
      fc.property(secret, models, (value, target) => {
        const source = `providers: { p: { kind: local } }\nmodels: { m: { operation: "\${S}", targets: [${target}] }, n: { operation: chat, targets: [${target}] } }\n`;
        const message = refusal(source, { S: value })?.message;
        expect(message).toContain('there is no');
        expect(message).not.toContain(value);
      }),
    );
  });
});
