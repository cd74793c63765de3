import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokens } from '../faults/index.ts';
import { Stage } from '../faults/routes/stage.ts';

/** A server that takes no connection: its backlog is full, and nobody empties it. */
let deaf: ChildProcess;
let port: number;
const waiting: Socket[] = [];

beforeAll(async () => {
  deaf = fork(fileURLToPath(new URL('./deaf-server.ts', import.meta.url)));
  const [message]: unknown[] = await once(deaf, 'message');
  port = Number(message);
  for (let index = 0; index < 4; index++) waiting.push(connect({ host: '127.0.0.1', port }).on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 300));
});
afterAll(() => {
  for (const socket of waiting) socket.destroy();
  deaf.kill('SIGKILL');
});

test('a connection that cannot be made is given up, and not tried again', async () => {
  await using stage = await Stage.open({
    route: { firstTokenMs: 15_000 },
    providers: { deaf: { kind: 'openai', apiKey: 'test-key', baseUrl: `http://127.0.0.1:${port}/v1`, connectMs: 500 } },
    models: { far: { operation: 'chat', route: { firstTokenMs: 15_000 }, targets: [{ provider: 'deaf', model: 'm' }, { provider: 'second', model: 'two' }] } },
  });
  stage.second.behave(tokens(3));
  const told = await stage.ask('whole', { model: 'far' });
  expect(told).toMatchObject({ code: null, meta: { provider: 'second', attempts: [{ provider: 'deaf', outcome: 'TIMED_OUT' }, { outcome: 'OK' }] } });
  expect(told.ms).toBeLessThan(10_000);
});
