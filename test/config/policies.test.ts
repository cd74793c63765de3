import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.ts';
import { parseConfig } from '../../src/config/parse.ts';

const BASE = 'providers: { local: { kind: local } }\nmodels: { here: { operation: chat, targets: [{ provider: local, model: extractive }] } }\n';

function problemsOf(rest: string): string[] {
  try {
    parseConfig(BASE + rest, 'gateway.yaml', {});
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a secret of a guardrail', () => {
  const secret = 'SECRETabcdef0123456789';
  it.each([
    `{ kind: webhook, url: https://g.example, headers: { authorization: Bearer ${secret} }, mod: x }`,
    `{ kind: webhook, url: https://g.example, header: { authorization: ${secret} } }`,
    `{ kind: webhook, url: https://g.example, headers: [${secret}] }`,
    `{ kind: webhook, url: https://user:${secret}@g.example }`,
  ])('is not shown: %s', (guardrail) => {
    const source = `${BASE}policies: { a: { guardrails: [${guardrail}] } }`;
    expect(() => parseConfig(source, 'gateway.yaml', {})).toThrow(ConfigError);
    expect(() => parseConfig(source, 'gateway.yaml', {})).not.toThrow(secret);
  });
});

describe('policies', () => {
  it('that are not there are one that masks what nobody wants to send', () => {
    const { config } = parseConfig(BASE, 'gateway.yaml', {});
    expect(config.policies.get('default')).toMatchObject({ scopes: ['chat', 'sentiment', 'vision', 'embed'], models: null, mask: ['EMAIL', 'CARD', 'IBAN'], maskImages: true, maskFail: 'closed' });
  });

  it('that say nothing of masking mask; only an empty list masks nothing', () => {
    const { config } = parseConfig(`${BASE}policies: { a: {}, b: { mask: [] } }`, 'gateway.yaml', {});
    expect(config.policies.get('a')?.mask).toEqual(['EMAIL', 'CARD', 'IBAN']);
    expect(config.policies.get('b')?.mask).toEqual([]);
  });

  it.each([
    ['policies: { a: { mask: [EMAL] } }', 'policies.a.mask[0]: no kind is called "EMAL"; did you mean "EMAIL"?'],
    ['policies: { a: { mask: [{ kind: CARDS, mode: redact }] } }', 'policies.a.mask[0].kind: no kind is called "CARDS"; did you mean "CARD"?'],
    ['policies: { a: { mask: [EMAIL, { kind: EMAIL }] } }', 'policies.a.mask[1]: EMAIL is masked twice'],
    ['policies: { a: { mask: [{ kind: EMAIL, mode: redcat }] } }', 'policies.a.mask[0].mode: expected reversible, redact or hash, found "redcat"; did you mean "redact"?'],
    ['policies: { a: { mask: [{ kind: EMAIL, mod: redact }] } }', 'policies.a.mask[0].mod: unknown key "mod"; did you mean "mode"?'],
    ['policies: { a: { mask: [{ name: NO, pattern: "(?=a)" }] } }', expect.stringContaining('policies.a.mask[0].pattern: The pattern NO does not compile')],
    ['policies: { a: { mask: [{ name: NO }] } }', 'policies.a.mask[0]: expected either pattern or words beside name'],
    ['policies: { a: { mask: [{ name: no, words: [x] }] } }', expect.stringContaining('policies.a.mask[0].name: expected capitals')],
    ['policies: { a: { mask: [{ kind: EMAIL, words: [x] }] } }', expect.stringContaining('policies.a.mask[0].words: a built-in kind has its own detector')],
    ['policies: { a: { models: [her] } }', 'policies.a.models[0]: there is no model "her"; did you mean "here"?'],
    ['policies: { a: { payloads: { originals: true } } }', 'policies.a.payloads.originals: is kept with prompts and answers: set store to true, or leave it out'],
    ['policies: { a: { payloads: { store: true, pictures: true, maxPictureBytes: 17MiB } } }', 'policies.a.payloads.maxPictureBytes: is larger than 16 MiB'],
    ['policies: { a: { guardrails: [{ kind: injektion }] } }', expect.stringContaining('did you mean "injection"?')],
    ['policies: { a: { guardrails: [{ kind: words, words: [x], mod: flag }] } }', 'policies.a.guardrails[0].mod: unknown key "mod"; did you mean "mode"?'],
    ['policies: { a: { guardrails: [{ kind: length, most: 5, mode: rewrite }] } }', expect.stringContaining('policies.a.guardrails[0].mode: expected flag or block')],
    ['policies: { a: { guardrails: [{ kind: pattern, pattern: "(" }] } }', expect.stringContaining('policies.a.guardrails[0].pattern: The pattern')],
    ['policies: { a: { guardrails: [{ kind: jsonSchema, schema: { type: objekt } }] } }', expect.stringContaining('policies.a.guardrails[0].schema: the JSON schema cannot be held to')],
    ['policies: { a: { guardrails: [{ kind: jsonSchema, schema: { properties: { b: { pattern: "(a+)+" } } } }] } }', expect.stringContaining('pattern is not supported here')],
    ['auth: { jwt: [{ issuer: i, audience: a, jwks: "http://login.example/keys" }] }', expect.stringContaining('auth.jwt[0].jwks: expected the path of a file, or a URL with https://')],
    ['auth: { jwt: [{ issuer: i, audience: a, jwks: keys.json, policy: defualt }] }', 'auth.jwt[0].policy: there is no policy "defualt"; did you mean "default"?'],
    ['auth: { jwt: [{ issuer: i, audience: a, jwks: keys.json, algorithms: [HS256] }] }', expect.stringContaining('auth.jwt[0].algorithms[0]')],
    ['server: { trustedProxies: [10.0.0] }', expect.stringContaining('server.trustedProxies[0]: expected an address or a network')],
  ])('with a mistake are refused at its place: %s', (rest, problem) => {
    expect(problemsOf(rest)).toEqual([problem]);
  });
});
