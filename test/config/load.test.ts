import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkConfig } from '../../src/config/report.ts';

const standard = fileURLToPath(new URL('../../gateway.yaml', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(path: string): Promise<ConfigError> {
  const error: unknown = await loadConfig(path, {}).then(() => null, (reason: unknown) => reason);
  if (error instanceof ConfigError) return error;
  throw new Error(`expected a ConfigError, got ${String(error)}`);
}

describe('the gateway.yaml that Kanon comes with', () => {
  it('works without any key: every operation has a model', async () => {
    const { config, notices } = await loadConfig(standard, {});
    expect(config.unavailableModels.size).toBe(0);
    expect(new Set([...config.models.values()].map(({ operation }) => operation))).toEqual(new Set(['CHAT', 'SENTIMENT', 'VISION', 'EMBED']));
    expect(notices.map(({ path }) => path)).toEqual(['providers.openai', 'providers.anthropic', 'models.default']);
  });

  it('prefers the vendors where there are keys', async () => {
    const { config, notices } = await loadConfig(standard, { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' });
    expect(notices).toEqual([]);
    expect(config.models.get('default')).toMatchObject({ targets: [{ provider: 'anthropic' }, { provider: 'openai' }, { provider: 'local' }] });
  });

  it('writes out the defaults as they are', async () => {
    const { config } = await loadConfig(standard, {});
    const bare = join(folder, 'bare.yaml');
    await writeFile(bare, 'providers: { local: { kind: local } }\nmodels: { a: { operation: chat, targets: [{ provider: local, model: extractive }] } }');
    const { config: defaults } = await loadConfig(bare, {});
    expect(config.server).toEqual(defaults.server);
    expect(config.media).toEqual(defaults.media);
    expect(config.telemetry).toEqual(defaults.telemetry);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['missing.yaml', null, 'there is no such file'],
    ['latin1.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe9]), 'is not UTF-8 text'],
    ['large.yaml', Buffer.alloc(1024 ** 2 + 1, '#'), 'is larger than'],
  ])('%s', async (name, bytes, message) => {
    const path = join(folder, name);
    if (bytes !== null) await writeFile(path, bytes);
    const error = await refusal(path);
    expect(error.code).toBe('CONFIG_UNREADABLE');
    expect(error.message).toContain(message);
    expect(error.problems).toMatchObject([{ line: 1, column: 1 }]);
  });

  it('is a folder', async () => {
    expect((await refusal(folder)).message).toContain('it is a folder');
  });

  it.runIf(process.platform === 'linux')('is endless', async () => {
    expect((await refusal('/dev/zero')).message).toContain('is larger than');
  });

  it('may begin with a byte order mark and end its lines with CR LF', async () => {
    const path = join(folder, 'windows.yaml');
    await writeFile(path, '\uFEFFproviders: { local: { kind: local } }\r\nmodels:\r\n  a: { operation: chat, targets: [{ provider: locl, model: extractive }] }\r\n');
    expect((await refusal(path)).problems).toMatchObject([{ line: 3, column: 47, suggestion: 'local' }]);
  });
});

describe('kanon check', () => {
  it('says what comes of a good file', async () => {
    const { ok, text } = await checkConfig(standard, { OPENAI_API_KEY: 'sk-very-secret' });
    expect(ok).toBe(true);
    expect(text).toMatch(/default +chat +openai\/gpt-5, then local\/extractive +\(default\)/);
    expect(text).toMatch(/feeling +sentiment +local\/minilm x2 \+ local\/lexicon/);
    expect(text).toContain('ANTHROPIC_API_KEY is not set');
    expect(text).not.toContain('sk-very-secret');
  });

  it('lists what is wrong with a bad one', async () => {
    const path = join(folder, 'bad.yaml');
    await writeFile(path, 'providers: { local: { kind: locl } }\nmodels: {}\n');
    const { ok, text } = await checkConfig(path, {});
    expect(ok).toBe(false);
    expect(text).toContain(`${path}:1:29 providers.local.kind: expected openai, anthropic or local, found "locl"; did you mean "local"?`);
    expect(text).toContain(`2 problems in ${path}.`);
  });

  it('names a model that cannot be used', async () => {
    const path = join(folder, 'unavailable.yaml');
    await writeFile(path, 'providers: { o: { kind: openai, apiKey: ${NONE} } }\nmodels: { m: { operation: chat, targets: [{ provider: o, model: x }] } }\n');
    const { ok, text } = await checkConfig(path, {});
    expect(ok).toBe(true);
    expect(text).toMatch(/m +cannot be used/);
  });
});
