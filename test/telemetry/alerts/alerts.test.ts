import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answers, failsWith, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { Receiver, SECRET } from './receiver.ts';

let vendor: FakeVendor;
let receiver: Receiver;
let url: string;

beforeEach(async () => {
  vendor = await startFakeOpenAI(answers({ text: 'Yes.', usage: { input: 10, output: 10 } }));
  receiver = new Receiver();
  url = await receiver.start();
});
afterEach(async () => {
  await receiver.close();
  await vendor.close();
});

const start = (rules: Record<string, unknown>[], policy: Record<string, unknown> = {}) =>
  TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', route: { retries: 0, breaker: { failures: 3, openMs: '1s', maxOpenMs: '1s' } }, targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 0, output: 1_000 } }] } },
      policies: { default: policy },
      alerts: { webhooks: [{ url, secret: SECRET }], rules, every: '50ms' },
    },
  });

const ASK = '{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text } }';

async function ask(gateway: TestGateway, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => gateway.query(ASK)));
}

describe('an alert', () => {
  test('is told once when many calls fail, signed, and once when it is over', async () => {
    await using gateway = await start([{ kind: 'errorRate', name: 'failing', above: 0.5, over: '2s', minCalls: 5 }]);
    vendor.behave(failsWith(400));
    await ask(gateway, 10);
    expect(receiver.alerts).toEqual([]);
    vendor.behave(failsWith(500));
    await ask(gateway, 30);
    expect(await receiver.until('failing', 'firing')).toMatchObject({ kind: 'errorRate', subject: '', threshold: 0.5, text: expect.stringMatching(/% of \d+ calls fail/) });
    await receiver.until('failing', 'resolved');
    await sleep(300);
    expect(receiver.alerts.map(({ state }) => state)).toEqual(['firing', 'resolved']);
    expect(receiver.forged).toBe(0);
  });

  test('is sent again under the same id when the receiver does not take it', async () => {
    receiver.statuses = [503];
    await using gateway = await start([{ kind: 'refusedKeys', name: 'strangers', above: 3 }]);
    for (let at = 0; at < 5; at++) await gateway.query('{ viewer { app } }', {}, { headers: { authorization: 'Bearer kn_no-such-key-of-this-gateway-at-all' } });
    expect(await receiver.until('strangers', 'firing')).toMatchObject({ value: expect.any(Number), threshold: 3 });
    expect(receiver.ids).toHaveLength(2);
    expect(new Set(receiver.ids).size).toBe(1);
  });

  test('tells of a budget that is used to 80 %', async () => {
    await using gateway = await start([{ kind: 'budget', name: 'nearly-spent' }], { budget: { usd: 0.1, per: 'month' } });
    await ask(gateway, 7);
    await sleep(300);
    expect(receiver.alerts).toEqual([]);
    await ask(gateway, 1);
    const { subject, value } = await receiver.until('nearly-spent', 'firing');
    expect(subject).toContain('(0.1 USD a month)');
    expect(value).toBeCloseTo(0.8, 9);
  });

  test('tells of a breaker that stays open', async () => {
    await using gateway = await start([{ kind: 'breaker', name: 'left-alone', for: '500ms' }]);
    vendor.behave(failsWith(500));
    for (let at = 0; at < 6; at++) await gateway.query(ASK);
    expect(await receiver.until('left-alone', 'firing')).toMatchObject({ subject: 'shop/gpt-test' });
    vendor.behave(answers('Yes.'));
    await vi.waitFor(async () => {
      if ((await gateway.query(ASK)).errors !== undefined) throw new Error('still open');
    }, { timeout: 20_000, interval: 200 });
    await receiver.until('left-alone', 'resolved');
  });

  test('tells of an hour that costs more than it may, and of slow calls', async () => {
    await using gateway = await start([
      { kind: 'spend', name: 'dear', above: 0.05 },
      { kind: 'latency', name: 'slow', above: '100ms', minCalls: 5 },
      { kind: 'latency', name: 'very-slow', above: '60s', minCalls: 5 },
    ]);
    vendor.behave({ ...answers({ text: 'Yes.', usage: { input: 10, output: 10 } }), delays: { beforeHeadersMs: 150 } });
    await ask(gateway, 6);
    expect((await receiver.until('dear', 'firing')).value).toBeGreaterThanOrEqual(0.05);
    expect((await receiver.until('slow', 'firing')).value).toBeGreaterThanOrEqual(150);
    expect(receiver.alerts.map(({ rule }) => rule)).not.toContain('very-slow');
  });
});

test('gauges show what waits for targets and how far budgets are used', async () => {
  await using gateway = await start([], { budget: { usd: 0.1, per: 'month' } });
  await ask(gateway, 5);
  await expect.poll(async () => (await (await gateway.fetch('/metrics')).text()).split('\n')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^kanon_budget_used_ratio\{scope="KEY",name="[^"]+",unit="USD",per="MONTH"\} 0\.5$/), 'kanon_target_running{target="shop/gpt-test"} 0', 'kanon_target_queued{target="shop/gpt-test"} 0']),
  );
});
