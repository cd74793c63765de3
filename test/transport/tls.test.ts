import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';

const FIXTURES = new URL('../fixtures/tls/', import.meta.url);
const config = { providers: { local: { kind: 'local' } }, models: { vectors: { operation: 'embed', targets: [{ provider: 'local', model: 'minilm' }] } } };
let folder: string;
let tls: { cert: string; key: string };
let gateway: TestGateway;

async function install(name: string): Promise<void> {
  await copyFile(new URL(`${name}.crt`, FIXTURES), tls.cert);
  await copyFile(new URL(`${name}.key`, FIXTURES), tls.key);
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-tls-'));
  tls = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await install('first');
  gateway = await TestGateway.start({ config: { ...config, server: { tls } } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Asks over a connection of its own that trusts one certificate only. */
async function ask(trusted: string, options: RequestOptions = {}): Promise<{ answer: IncomingMessage; text: string; protocol: string | null }> {
  const sent = request(`${gateway.url}/graphql`, { method: 'POST', agent: false, ca: await readFile(new URL(trusted, FIXTURES)), headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` }, ...options });
  sent.end('{"query":"{ viewer { app } }"}');
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const protocol = answer.socket instanceof TLSSocket ? answer.socket.getProtocol() : null;
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { answer, text, protocol };
}

test('everything is served by TLS, and browsers are told to stay with it', async () => {
  expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const { answer, text, protocol } = await ask('first.crt');
  expect(JSON.parse(text)).toEqual({ data: { viewer: { app: 'admin' } } });
  expect(protocol).toBe('TLSv1.3');
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  await expect(ask('first.crt', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow(/alert|EPROTO|version|ECONNRESET/);
});

test('a WebSocket too', async () => {
  const socket = new WebSocket(`${gateway.url.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', { ca: await readFile(new URL('first.crt', FIXTURES)) });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ADMIN_KEY}` } }));
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(String(message))).toEqual({ type: 'connection_ack' });
  socket.close();
});

test('a renewed certificate holds for new connections; one that is no good is refused, and the old one stays', async () => {
  await install('second');
  gateway.gateway.renewCertificate();
  expect((await ask('second.crt')).text).toContain('admin');
  await expect(ask('first.crt')).rejects.toThrow(/self-signed|certificate/);
  await copyFile(new URL('first.key', FIXTURES), tls.key);
  expect(() => gateway.gateway.renewCertificate()).toThrow(/cannot be used: .*key values mismatch/);
  expect((await ask('second.crt')).text).toContain('admin');
});

test('a certificate that cannot be used stops the start, with its reason', async () => {
  await writeFile(join(folder, 'broken.crt'), 'no certificate');
  await expect(TestGateway.start({ config: { ...config, server: { tls: { cert: join(folder, 'broken.crt'), key: tls.key } } } })).rejects.toThrow('The certificate of server.tls cannot be used');
  await expect(TestGateway.start({ config: { ...config, server: { tls: { cert: join(folder, 'none.crt'), key: tls.key } } } })).rejects.toThrow('ENOENT');
});
