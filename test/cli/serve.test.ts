import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { answers, startFakeOpenAI, tokens, type FakeVendor } from '../faults/index.ts';
import { kanon, start, type Running } from './command.ts';

let folder: string;
let vendor: FakeVendor;
let config: string;
const running: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-cli-'));
  vendor = await startFakeOpenAI(answers('Good day'));
  config = join(folder, 'gateway.yaml');
  await writeConfig('support');
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.process.kill('SIGKILL');
    await each.ended;
  }
  await vendor.close();
  await rm(folder, { recursive: true, force: true });
});

function writeConfig(model: string): Promise<void> {
  return writeFile(
    config,
    stringify({
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { [model]: { operation: 'chat', targets: [{ provider: 'shop', model: 'gpt-test' }] } },
    }),
  );
}

async function serve(env: Record<string, string> = {}, ...flags: string[]): Promise<Running & { url: string }> {
  const command = start(['serve', '--config', config, '--port', '0', '--data', join(folder, 'data'), ...flags], env);
  running.push(command);
  const [, url = ''] = await command.says(/listens on (http:\S+)\/graphql/);
  return { ...command, url };
}

async function ask(url: string, key: string | null, query = '{ models { name } }'): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: response.status, body: await response.json() };
}

describe('kanon serve', () => {
  test('is closed: the first start makes a key and shows it once, the next start does not', async () => {
    const first = await serve();
    const [, key = ''] = /(kn_\S+)/.exec(first.stdout()) ?? [];
    expect((await ask(first.url, null)).status).toBe(401);
    expect((await ask(first.url, 'kn_wrong')).status).toBe(401);
    expect(await ask(first.url, key)).toEqual({ status: 200, body: { data: { models: [{ name: 'support' }] } } });
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = await serve();
    expect(second.stdout()).not.toContain('kn_');
    expect((await ask(second.url, key)).status).toBe(200);
  });

  test('takes the admin key from the environment', async () => {
    const gateway = await serve({ KANON_ADMIN_KEY: 'kn_given-by-the-operator-0123456789' });
    expect(gateway.stdout()).not.toContain('kn_');
    expect((await ask(gateway.url, 'kn_given-by-the-operator-0123456789')).status).toBe(200);
  });

  test('--dev lets everybody in, and only on loopback', async () => {
    const gateway = await serve({}, '--dev');
    expect((await ask(gateway.url, null)).status).toBe(200);
    const refused = await kanon(['serve', '--config', config, '--port', '0', '--host', '0.0.0.0', '--data', join(folder, 'other'), '--dev']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('loopback') });
  });

  test('a key that is made or revoked beside it counts at once', async () => {
    const gateway = await serve({ KANON_ADMIN_KEY: 'kn_given-by-the-operator-0123456789' });
    const data = ['--data', join(folder, 'data')];
    const created = await kanon(['keys', 'create', '--app', 'shop', '--scopes', 'chat', '--expires', '90d', ...data]);
    const [, key = ''] = /(kn_\S+)/.exec(created.stdout) ?? [];
    await expect.poll(async () => (await ask(gateway.url, key)).status).toBe(200);
    expect((await ask(gateway.url, key, '{ viewer { app scopes } }')).body).toEqual({ data: { viewer: { app: 'shop', scopes: ['chat'] } } });

    const list = await kanon(['keys', 'list', ...data]);
    const prefix = key.slice(3, 11);
    expect(list.stdout).toContain(prefix);
    expect(list.stdout).not.toContain(key);
    expect((await kanon(['keys', 'revoke', prefix, ...data])).code).toBe(0);
    await expect.poll(async () => (await ask(gateway.url, key)).status).toBe(401);
  });

  test('SIGHUP reads the config again; a broken one is refused and the running one stays', async () => {
    const gateway = await serve({}, '--dev');
    await writeConfig('help');
    gateway.process.kill('SIGHUP');
    await expect.poll(async () => (await ask(gateway.url, null)).body).toEqual({ data: { models: [{ name: 'help' }] } });
    await writeFile(config, 'models: [');
    gateway.process.kill('SIGHUP');
    await expect.poll(() => gateway.stderr()).toContain('is refused');
    expect((await ask(gateway.url, null)).body).toEqual({ data: { models: [{ name: 'help' }] } });

    gateway.process.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    const { stdout } = await kanon(['audit', '--data', join(folder, 'data')]);
    const [reload = '', refused = '', ...more] = stdout.trim().split('\n').filter((line) => line.includes('  config  '));
    expect(reload).toContain('config.reload');
    expect(refused).toMatch(/config\.refused.*"reason":"1:\d+ /);
    expect(more).toEqual([]);
  });

  test('SIGTERM lets a running answer end, and takes no new work', async () => {
    vendor.behave(tokens(30, { betweenTokensMs: 30 }));
    const gateway = await serve({}, '--dev');
    const answer = ask(gateway.url, null, '{ chat(input: { messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { finishReason } }');
    await expect.poll(() => vendor.openRequests).toBe(1);
    gateway.process.kill('SIGTERM');
    expect(await answer).toEqual({ status: 200, body: { data: { chat: { finishReason: 'STOP' } } } });
    expect(await gateway.ended).toBe(0);
    await expect(ask(gateway.url, null)).rejects.toThrow('fetch failed');
  });

  test('a second one on the same data folder refuses to start and says why', async () => {
    const gateway = await serve({}, '--dev');
    const second = await kanon(['serve', '--config', config, '--port', '0', '--data', join(folder, 'data'), '--dev']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(gateway.process.pid));
  });
});

describe('kanon check', () => {
  test('says what comes of a good config', async () => {
    expect(await kanon(['check', '--config', config])).toMatchObject({ code: 0, stdout: expect.stringContaining('support') });
  });

  test('says where a bad one is wrong, and fails', async () => {
    await writeFile(config, 'providers: {}\nmodels:\n  a: { operation: chatt, targets: [] }\n');
    const checked = await kanon(['check', '--config', config]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/gateway\.yaml:3:\d+ models\.a\.operation/);
  });
});

test.each([[['sreve']], [['serve', '--prot', '1']], [['serve', '--port', 'x']], [['keys', 'make']], [['keys', 'create', '--app', 'a']]])(
  'a wrong command line (%s) is told what is wrong, and how it is right',
  async (args) => {
    expect(await kanon(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: kanon') });
  },
);
