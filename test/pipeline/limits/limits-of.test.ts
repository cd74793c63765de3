import { describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/canonical/call.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { limitsOf } from '../../../src/pipeline/limits/limits-of.ts';

const someone: Principal = { keyId: 'k1', app: 'shop', user: 'ann', team: 'support', scopes: ['chat'], models: null, policy: 'default' };

function configOf(text: string) {
  return parseConfig(`providers: { local: { kind: local } }\nmodels: { replies: { operation: chat, targets: [{ provider: local, model: extractive }] } }\n${text}`, 'gateway.yaml', {}).config;
}

/** What counts whom: `KEY k1 USD 5 DAY`. */
function shown(text: string, principal: Principal = someone, model: string | null = 'replies'): string[] {
  return limitsOf(configOf(text), principal, model).map(({ scope, unit, amount, per }) => `${scope.kind} ${scope.id} ${unit} ${amount} ${unit === 'CONCURRENT' ? '' : per}`.trim());
}

describe('the limits of a call', () => {
  test('are those of its policy, for its key', () => {
    expect(shown('policies: { default: { budget: { usd: 5, per: day }, limits: { requestsPerMinute: 60, tokensPerMinute: 1000, concurrent: 3 } } }')).toEqual([
      'KEY k1 USD 5 DAY',
      'KEY k1 REQUESTS 60 MINUTE',
      'KEY k1 TOKENS 1000 MINUTE',
      'KEY k1 CONCURRENT 3',
    ]);
  });

  test('are several where the policy lists several, each for whom it says', () => {
    const text = 'policies: { default: { budget: [{ usd: 5, per: day, scope: user }, { tokens: 9, per: month, scope: team }, { requests: 7, per: hour, scope: app }] } }';
    expect(shown(text)).toEqual(['USER ann USD 5 DAY', 'TEAM support TOKENS 9 MONTH', 'APP shop REQUESTS 7 HOUR']);
    // Nobody passes uncounted.
    expect(shown(text, { ...someone, user: null, team: null })).toEqual(['KEY k1 USD 5 DAY', 'KEY k1 TOKENS 9 MONTH', 'APP shop REQUESTS 7 HOUR']);
    expect(shown(text, { ...someone, keyId: null, user: null, team: null })[0]).toBe('APP shop USD 5 DAY');
  });

  test('are also those of the file, by name or for each', () => {
    const text = 'budgets: [{ scope: app, name: shop, usd: 1, per: day }, { scope: app, name: desk, usd: 2, per: day }, { scope: user, usd: 3, per: day }, { scope: model, tokens: 4, per: hour }, { scope: team, concurrent: 5 }]';
    expect(shown(text)).toEqual(['APP shop USD 1 DAY', 'USER ann USD 3 DAY', 'MODEL replies TOKENS 4 HOUR', 'TEAM support CONCURRENT 5']);
    expect(shown(text, { ...someone, user: null, team: null }, null)).toEqual(['APP shop USD 1 DAY']);
  });

  test('are none where the file says nothing', () => {
    expect(shown('')).toEqual([]);
  });
});

test('may have amounts of the environment', () => {
  const { policies } = parseConfig('providers: { local: { kind: local } }\nmodels: { replies: { operation: chat, targets: [{ provider: local, model: extractive }] } }\npolicies: { default: { budget: [{ usd: "${DAILY}", per: day }] } }', 'gateway.yaml', { DAILY: '2.5' }).config;
  expect(policies.get('default')?.budget).toMatchObject([{ usd: 2.5, per: 'day' }]);
});

test.each([
  ['policies: { default: { budget: { usd: 5, tokens: 6, per: day } } }', 'expected one of usd, tokens and requests'],
  ['policies: { default: { budget: { per: day } } }', 'expected one of usd, tokens and requests'],
  ['policies: { default: { budget: [{ usd: 5 }] } }', '"per" is missing here'],
  ['policies: { default: { budget: { usd: -5, per: day } } }', 'must be more than 0'],
  ['budgets: [{ scope: app, usd: 5 }]', 'usd, tokens and requests need per'],
  ['budgets: [{ scope: team, concurrent: 5, per: day }]', 'concurrent goes without'],
  ['budgets: [{ scope: model, name: repleis, usd: 5, per: day }]', 'did you mean "replies"?'],
])('%s is refused', (text, message) => {
  expect(() => configOf(text)).toThrow(message);
});
