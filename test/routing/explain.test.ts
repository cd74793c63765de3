import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { failsWith } from '../faults/index.ts';
import { hello, Stage } from '../faults/routes/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({
    route: { strategy: 'cheapest', breaker: { openMs: '10s' } },
    firstTarget: { price: { input: 10, output: 10 }, region: 'us', when: { images: false } },
    secondTarget: { price: { input: 1, output: 1 }, region: 'eu' },
  });
});
afterAll(() => stage[Symbol.asyncDispose]());

const EXPLAIN = `query ($input: ChatInput!) { explain(input: $input) { model strategy inputTokens outputTokens errorCode targets { place provider targetModel reason cost { usd } health { breaker region waitMs } } } }`;

interface Explained {
  explain: { strategy: string; inputTokens: number; outputTokens: number; errorCode: string | null; targets: { place: number | null; provider: string; reason: string; cost: { usd: number }; health: { breaker: string; region: string; waitMs: number } }[] };
}

test('says which targets would be asked, in what order and at what cost, and asks none', async () => {
  const { data, errors } = await stage.gateway.query<Explained>(EXPLAIN, { input: { ...hello, maxTokens: 1_000 } });
  expect(errors).toBeUndefined();
  expect(data?.explain).toMatchObject({ model: 'support', strategy: 'CHEAPEST', outputTokens: 1_000, errorCode: null });
  const [cheap, dear] = data?.explain.targets ?? [];
  expect([cheap?.provider, cheap?.place, dear?.provider, dear?.place]).toEqual(['second', 1, 'first', 2]);
  expect(cheap?.cost.usd).toBeCloseTo(0.001, 4);
  expect(dear?.cost.usd).toBeCloseTo(0.01, 3);
  expect(stage.first.requests.length + stage.second.requests.length).toBe(0);
});

test('says why a target is not asked, without fetching the picture', async () => {
  const input = { messages: [{ role: 'USER', content: [{ text: 'What is this?' }, { image: { url: 'https://pictures.example/cat.jpg' } }] }] };
  const { data } = await stage.gateway.query<Explained>(EXPLAIN, { input });
  expect(data?.explain.targets).toMatchObject([{ provider: 'second', place: 1 }, { provider: 'first', place: null, reason: 'is for requests without pictures' }]);
});

test('shows a breaker that is open, here and at the model', async () => {
  stage.second.behave(failsWith(401));
  expect(await stage.ask('whole')).toMatchObject({ code: null, meta: { provider: 'first' } });
  const { data } = await stage.gateway.query<Explained>(EXPLAIN, { input: hello });
  const second = data?.explain.targets.find(({ provider }) => provider === 'second');
  expect(second).toMatchObject({ health: { breaker: 'OPEN', region: 'eu' }, reason: expect.stringContaining('left alone') });
  const models = await stage.gateway.query('{ models { name targets { provider breaker breakerReason running } } }');
  expect(models.data).toMatchObject({ models: [{ targets: [{ provider: 'first', breaker: 'CLOSED', breakerReason: null, running: 0 }, { provider: 'second', breaker: 'OPEN', breakerReason: 'auth' }] }, {}] });
});

test('is for operators: a public name tells no vendor', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  await run(['keys', 'create', '--app', 'shop', '--scopes', 'chat', '--data', stage.gateway.dataDir], {});
  const [key] = /kn_\S+/.exec(print.mock.calls.flat().join('\n')) ?? [];
  print.mockRestore();
  const headers = { authorization: `Bearer ${key}` };
  await expect.poll(async () => (await stage.gateway.query('{ __typename }', {}, { headers })).data).toBeTruthy();
  const explained = await stage.gateway.query(EXPLAIN, { input: hello }, { headers });
  expect(explained.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  const models = await stage.gateway.query<{ models: unknown[] }>('{ models { name targets { provider } } }', {}, { headers });
  expect(models.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  expect(models.data?.models[0]).toEqual({ name: 'support', targets: null });
});

test('on the command line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kanon-explain-'));
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await writeFile(join(folder, 'request.json'), JSON.stringify(hello));
    expect(await run(['explain', join(folder, 'request.json'), '--config', stage.gateway.configPath], {})).toBe(0);
    const text = print.mock.calls.flat().join('\n');
    expect(text).toMatch(/support \(cheapest\)/);
    expect(text.indexOf('second/two')).toBeLessThan(text.indexOf('first/one'));
    print.mockClear();
    expect(await run(['explain', join(folder, 'request.json'), '--config', stage.gateway.configPath, '--region', 'mars'], {})).toBe(1);
    expect(print.mock.calls.flat().join('\n')).toMatch(/it is in us[\s\S]*FORBIDDEN/);
  } finally {
    print.mockRestore();
    await rm(folder, { recursive: true, force: true });
  }
});
