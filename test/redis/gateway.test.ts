import { expect, test, vi } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { Proxy } from '../ledger/proxy.ts';
import { redisUrl } from './server.ts';

const config = { providers: { local: { kind: 'local' } }, models: { feeling: { operation: 'sentiment', targets: [{ provider: 'local', model: 'lexicon' }] } } };

async function shown(gateway: TestGateway): Promise<{ status: number; ready: unknown; metric: string | undefined }> {
  const ready = await gateway.fetch('/readyz');
  const metrics = await (await gateway.fetch('/metrics')).text();
  return { status: ready.status, ready: await ready.json(), metric: /^kanon_redis_up (.*)$/m.exec(metrics)?.[1] };
}

test('a gateway tells whether its Redis is there, and is ready without it', async () => {
  const { proxy, url } = await Proxy.to(redisUrl());
  await using gateway = await TestGateway.start({ config, redisUrl: url });
  expect(await shown(gateway)).toEqual({ status: 200, ready: { status: 'ready', redis: 'up' }, metric: '1' });
  proxy.cut();
  await vi.waitFor(async () => expect(await shown(gateway)).toEqual({ status: 200, ready: { status: 'ready', redis: 'down' }, metric: '0' }), { timeout: 20_000 });
  proxy.mend();
  await vi.waitFor(async () => expect(await shown(gateway)).toMatchObject({ metric: '1' }), { timeout: 20_000 });
  await proxy.close();
});

test('a gateway without REDIS_URL says nothing of it', async () => {
  await using gateway = await TestGateway.start({ config });
  expect(await shown(gateway)).toEqual({ status: 200, ready: { status: 'ready' }, metric: undefined });
});

test('a gateway does not start with a REDIS_URL that it cannot read', async () => {
  await expect(TestGateway.start({ config, redisUrl: 'redis://secret-word@' })).rejects.toThrow('REDIS_URL');
});
