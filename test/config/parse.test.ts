import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { leastRatio } from '../harness/cpu.ts';

const LOCAL = `
providers: { local: { kind: local } }
models: { default: { operation: chat, targets: [{ provider: local, model: extractive }] } }
`;

function load(source: string, env: NodeJS.ProcessEnv = {}): Config {
  return parseConfig(source, 'gateway.yaml', env).config;
}

function refusal(source: string, env: NodeJS.ProcessEnv = {}): ConfigError {
  try {
    load(source, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('defaults', () => {
  it('are filled in for all that a file leaves out', () => {
    const config = load(LOCAL);
    expect(config.models.get('default')).toEqual({
      kind: 'route',
      name: 'default',
      operation: 'CHAT',
      description: null,
      cache: null,
      route: {
        strategy: 'priority',
        sticky: 'principal',
        hedgeMs: null,
        retries: 2,
        retryShare: 0.5,
        firstTokenMs: 5000,
        idleMs: 10_000,
        totalMs: 120_000,
        rescue: 'splice',
        askInPieces: 'auto',
        breaker: { failures: 5, share: 0.7, openMs: 5000, maxOpenMs: 20_000 },
      },
      targets: [
        {
          provider: 'local',
          model: 'extractive',
          price: null,
          serviceTier: null,
          toolPrices: null,
          contextWindow: null,
          maxOutputTokens: null,
          region: null,
          limits: null,
          weight: 1,
          prefill: false,
          onRefusal: false,
          when: null,
        },
      ],
    });
    expect(config.server.limits.maxBodyBytes).toBe(12 * 1024 ** 2);
    expect(config.server.cache).toEqual({ maxBytes: 64 * 1024 ** 2, maxEntries: 10_000 });
    expect(config.media).toMatchObject({ maxImageBytes: 20 * 1024 ** 2, maxBase64Bytes: 8 * 1024 ** 2, uploadTtlMs: 3_600_000 });
    expect(config.telemetry.level).toBe('info');
  });

  it('of a route are never longer than its total', () => {
    const model = load(LOCAL.replace('chat,', 'chat, route: { totalMs: 3s },')).models.get('default');
    expect(model).toMatchObject({ route: { firstTokenMs: 3000, idleMs: 3000, totalMs: 3000 } });
  });

  it('leave what is answered whole to the total alone', () => {
    const model = load(`
providers: { local: { kind: local } }
models: { scan: { operation: vision, route: { totalMs: 90s }, targets: [{ provider: local, model: paddle }] } }
`).models.get('scan');
    expect(model).toMatchObject({ route: { firstTokenMs: 90_000, idleMs: 90_000, totalMs: 90_000 } });
  });

  it('of base64 media fit into the body', () => {
    const { media, server } = load(`${LOCAL}server: { limits: { maxBodyBytes: 1MiB } }`);
    expect(Math.ceil(media.maxBase64Bytes / 3) * 4).toBeLessThan(server.limits.maxBodyBytes);
  });
});

describe('models', () => {
  it('keep the order of the file, whatever their names', () => {
    const targets = '{ operation: chat, targets: [{ provider: local, model: extractive }] }';
    const names = ['zeta', '4o', 'alpha', 'openai/gpt-5', '10.5', 'constructor'];
    const config = load(`providers: { local: { kind: local } }\nmodels:\n${names.map((name) => `  ${name}: ${targets}\n`).join('')}`);
    expect([...config.models.keys()]).toEqual(names);
  });

  it('can be ensembles', () => {
    const model = load(`
providers: { local: { kind: local } }
models:
  feeling:
    operation: sentiment
    ensemble: { of: [{ provider: local, model: minilm, weight: 2.5 }, { provider: local, model: lexicon }], lateMs: 3s, totalMs: 20s }
`).models.get('feeling');
    expect(model).toMatchObject({
      kind: 'ensemble',
      operation: 'SENTIMENT',
      ensemble: { of: [{ model: 'minilm', weight: 2.5 }, { model: 'lexicon', weight: 1 }], merge: 'weighted', lateMs: 3000, totalMs: 20_000 },
    });
  });

  it('lose nothing of a price', () => {
    const model = load(LOCAL.replace('extractive }', 'extractive, price: { input: 1.25, output: 10, cachedInput: 0.125 } }')).models.get('default');
    expect(model).toMatchObject({ targets: [{ price: { input: 1.25, output: 10, cachedInput: 0.125, cacheWrite: null } }] });
  });
});

describe('durations and sizes', () => {
  it.each([
    ['250', 250],
    ['250ms', 250],
    ['5s', 5000],
    ['"10m"', 600_000],
    ['1h', 3_600_000],
    ['90d', 7_776_000_000],
  ])('%s is %i ms', (written, ms) => {
    expect(load(`${LOCAL}media: { uploadTtl: ${written} }`).media.uploadTtlMs).toBe(ms);
  });

  it.each([
    ['1000', 1000],
    ['1000B', 1000],
    ['2KiB', 2048],
    ['3MiB', 3 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
  ])('%s is %i bytes', (written, bytes) => {
    expect(load(`${LOCAL}media: { maxImageBytes: ${written} }`).media.maxImageBytes).toBe(bytes);
  });

  it.each(['0', '-5', '1.5', '5 s', '1w', '0s', '367d', 's', '""', '99999999999s'])('%s is no duration', (written) => {
    expect(refusal(`${LOCAL}media: { uploadTtl: ${written} }`).problems).toHaveLength(1);
  });
});

describe('the environment', () => {
  const described = (text: string, env: NodeJS.ProcessEnv): string | null | undefined =>
    load(LOCAL.replace('operation', () => `description: ${text}, operation`), env).models.get('default')?.description;

  it.each([
    ['${A}', 'value'],
    ['"${A}"', 'value'],
    ["'a ${A}, b ${B}'", 'a value, b 2'],
    ['${NONE:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${NONE:-}', ''],
    ['"[${EMPTY}]"', '[]'],
    ['"${NONE:-a: b, [c] #d}"', 'a: b, [c] #d'],
    ['${NONE:-a: b, [c] #d}', 'a: b, [c] #d'],
    ['$${A}', '${A}'],
    ['"$${A} ${A} $$"', '${A} value $$'],
    ['${NESTED}', '${A}'],
  ])('%s becomes %s', (written, expected) => {
    const env = { A: 'value', B: '2', EMPTY: '', NESTED: '${A}' };
    expect(described(written, env)).toBe(expected);
  });

  it('cannot add keys', () => {
    const env = { A: 'x, targets: []\nserver: { limits: { maxDepth: 1 } }' };
    expect(described('${A}', env)).toBe(env.A);
  });

  it('can stand for a number, a boolean, a duration and a name', () => {
    const config = load(
      `
providers: { local: { kind: local } }
models: { default: { operation: \${OP}, route: { retries: "\${RETRIES}", totalMs: \${TOTAL} }, targets: [{ provider: local, model: extractive }] } }
media: { allowHttp: \${HTTP}, maxPixels: \${PIXELS:-1000000} }
`,
      { OP: 'chat', RETRIES: '0', TOTAL: '30s', HTTP: 'true' },
    );
    expect(config.models.get('default')).toMatchObject({ operation: 'CHAT', route: { retries: 0, totalMs: 30_000 } });
    expect(config.media).toMatchObject({ allowHttp: true, maxPixels: 1_000_000 });
  });

  it.each(['0x10', '1e3', ' 5', 'true', ''])('does not make a number of %j', (value) => {
    expect(refusal(`${LOCAL}server: { limits: { maxDepth: \${DEPTH} } }`, { DEPTH: value }).problems).toHaveLength(1);
  });

  it('leaves digits a text where a text is expected', () => {
    const { providers } = load('providers: { o: { kind: openai, apiKey: ${KEY} } }\nmodels: { m: { operation: chat, targets: [{ provider: o, model: x }] } }', { KEY: '12345' });
    expect(providers.get('o')).toMatchObject({ apiKey: '12345' });
  });

  it('is not looked up in what every object has', () => {
    expect(refusal(LOCAL.replace('extractive', '${constructor}')).message).toContain('the variable constructor is not set');
  });

  it('works beside letters of the private use area', () => {
    expect(described('"\uE041\uE07B ${A}"', { A: 'value' })).toBe('\uE041\uE07B value');
  });
});

describe('a provider whose secret is missing', () => {
  const source = `
providers:
  openai: { kind: openai, apiKey: \${OPENAI_API_KEY} }
  claude: { kind: anthropic, baseUrl: https://example.com, headers: { authorization: "Bearer \${TOKEN}" } }
  local: { kind: local }
models:
  default: { operation: chat, targets: [{ provider: openai, model: gpt-5 }, { provider: local, model: extractive }] }
  clever: { operation: chat, targets: [{ provider: claude, model: claude-sonnet-5 }] }
  mood: { operation: sentiment, ensemble: { of: [{ provider: openai, model: gpt-5 }, { provider: local, model: lexicon }] } }
`;

  it('is left out, and the models go on without it', () => {
    const { config, notices } = parseConfig(source, 'gateway.yaml', { OPENAI_API_KEY: '' });
    expect([...config.providers.keys()]).toEqual(['local']);
    expect(config.models.get('default')).toMatchObject({ targets: [{ provider: 'local' }] });
    expect(config.models.get('mood')).toMatchObject({ ensemble: { of: [{ provider: 'local' }] } });
    expect(config.models.has('clever')).toBe(false);
    expect([...config.unavailableModels.keys()]).toEqual(['clever']);
    expect(config.unavailableModels.get('clever')).not.toMatch(/TOKEN|claude|http/);
    expect(notices.map(({ code, line, message }) => `${code} ${line}: ${message}`)).toEqual([
      'PROVIDER_LEFT_OUT 3: provider openai is left out: OPENAI_API_KEY is not set',
      'PROVIDER_LEFT_OUT 4: provider claude is left out: TOKEN is not set',
      'TARGETS_DROPPED 7: model default goes on without openai/gpt-5',
      'MODEL_UNAVAILABLE 8: model clever cannot be used: all its targets are at providers that are left out (claude/claude-sonnet-5)',
      'TARGETS_DROPPED 9: model mood goes on without openai/gpt-5',
    ]);
  });

  it('is there when the secret is', () => {
    const { config, notices } = parseConfig(source, 'gateway.yaml', { OPENAI_API_KEY: 'sk-1', TOKEN: 't' });
    expect(notices).toEqual([]);
    expect(config.providers.get('openai')).toMatchObject({ name: 'openai', kind: 'openai', apiKey: 'sk-1', baseUrl: null, azure: null });
    expect(config.providers.get('claude')).toMatchObject({ apiKey: null, headers: { authorization: 'Bearer t' } });
  });

  it('is refused when the secret cannot be one', () => {
    expect(refusal(source, { OPENAI_API_KEY: 'sk-1\n' }).problems).toMatchObject([{ path: 'providers.openai.apiKey' }]);
  });

  it('is checked all the same', () => {
    expect(refusal(source.replace('apiKey', 'organisation: x, apiKey')).message).toContain('did you mean "organization"?');
  });
});

describe('anchors, aliases and merge keys', () => {
  it('repeat what is written once, and a map wins over what it merges', () => {
    const { models } = load(`
providers: { local: { kind: local } }
models:
  a: &a
    operation: chat
    route: &route { retries: 1, totalMs: 20s }
    targets: &targets [{ provider: local, model: extractive }]
  b: { <<: *a, description: its own, route: { <<: *route, retries: 5 } }
  c: { <<: [{ operation: chat, description: first }, { description: second, targets: *targets }] }
  d: *a
`);
    expect(models.get('b')).toMatchObject({ description: 'its own', route: { retries: 5, totalMs: 20_000 }, targets: [{ model: 'extractive' }] });
    expect(models.get('c')).toMatchObject({ description: 'first', targets: [{ model: 'extractive' }] });
    expect(models.get('d')).toMatchObject({ name: 'd', route: { retries: 1, totalMs: 20_000 } });
  });

  it('put a mistake where it is written', () => {
    const { problems } = refusal(`
providers: { local: { kind: local } }
models:
  a: &a { operation: chat, targets: [{ provider: locl, model: extractive }] }
  b: { <<: *a, operation: chatt }
`);
    expect(problems.map(({ path, line }) => `${path} ${line}`)).toEqual(['models.a.targets[0].provider 4', 'models.b.operation 5']);
  });
});

describe('a hostile file', () => {
  /** Times the CPU that the parser takes for a plain list as long; at most nine are usual. */
  const DEAR = 40;
  const LINE = '- some plain words\n';

  /** What a file is refused with, at a cost that is in proportion to its length. */
  const bounded = async (source: string): Promise<string> => {
    const plain = LINE.repeat(Math.ceil(source.length / LINE.length));
    let message = '';
    const refuse = (): void => void ({ message } = refusal(source));
    expect(await leastRatio(DEAR, refuse, () => parseDocument(plain))).toBeLessThanOrEqual(DEAR);
    return message;
  };

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['questions', '? '.repeat(100_000)],
    ['maps in one line', 'a: '.repeat(100_000)],
    ['indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('of nested %s is refused', async (_, source) => {
    expect(await bounded(source)).toContain('nested deeper than 64 levels');
  });

  it('of aliases upon aliases is refused', async () => {
    const chain = Array.from({ length: 2000 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}]`).join('\n');
    expect(await bounded(`a0: &a0 [x]\n${chain}`)).toContain('leads through too many other aliases');
    const merges = Array.from({ length: 2000 }, (_, n) => `a${n + 1}: &a${n + 1} {<<: *a${n}}`).join('\n');
    expect(await bounded(`a0: &a0 {x: 1}\n${merges}`)).toContain('leads through too many other aliases');
    const wide = `a: &a {${Array.from({ length: 500 }, (_, n) => `k${n}: 1`).join(', ')}}\nb: {<<: [${'*a, '.repeat(50)}*a]}`;
    expect(await bounded(wide)).toContain('aliases add more than 10000 values');
  });

  it('of very many keys, merges and mistakes is refused in time, with a bounded message', async () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => `k${n}: v`).join('\n');
    expect((await bounded(keys)).length).toBeLessThan(20_000);
    expect(await bounded(`a:\n${'  <<: {}\n'.repeat(50_000)}`)).toContain('unknown key');
    expect((await bounded('a: 1\n'.repeat(60_000))).length).toBeLessThan(20_000);
  });
});
