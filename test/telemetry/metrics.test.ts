import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, type FakeVendor } from '../faults/index.ts';
import { TestGateway } from '../harness/gateway.ts';

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 1, output: 2 } }] } },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

const ASK = '{ chat(input: { messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text } }';

async function metrics(): Promise<string[]> {
  const response = await gateway.fetch('/metrics');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  return (await response.text()).split('\n');
}

test('counts calls, tokens and cost by model and app, and attempts by target', async () => {
  vendor.behave(answers({ text: 'Hi', usage: { input: 1_000, output: 500 } }));
  await gateway.query(ASK);
  vendor.behave(failsWith(400));
  await gateway.query(ASK);
  const lines = await metrics();
  expect(lines).toContain('kanon_calls_total{operation="CHAT",model="support",app="admin",outcome="ok",code="none"} 1');
  expect(lines.filter((line) => line.startsWith('kanon_calls_total{') && line.includes('outcome="error"'))).toHaveLength(1);
  expect(lines).toContain('kanon_tokens_total{model="support",app="admin",kind="input"} 1000');
  expect(lines).toContain('kanon_cost_usd_total{model="support",app="admin"} 0.002');
  expect(lines).toContain('kanon_attempts_total{model="support",target="shop/gpt-test",outcome="OK",kind="none"} 1');
  expect(lines).toContain('kanon_attempts_total{model="support",target="shop/gpt-test",outcome="FAILED",kind="bad_request"} 1');
  expect(lines).toContain('kanon_call_duration_seconds_count{operation="CHAT",model="support"} 2');
});

test('are not for everybody', async () => {
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
});
