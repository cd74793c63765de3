import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { handleExport } from '../../src/transport/export.ts';
import { TestGateway } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';
import { aCall } from '../ledger/calls.ts';
import { makePlace, type Place } from '../ledger/engines.ts';

let place: Place;
let gateway: TestGateway;
const CALLS = Array.from({ length: 1_203 }, (_, i) => aCall({ startedAt: new Date(Date.UTC(2026, 0, 1) + i * 60_000) }));

beforeAll(async () => {
  place = await makePlace('sqlite');
  const ledger = await openLedger({ dataDir: place.dataDir, log: createLog('silent') });
  await Promise.all(CALLS.map((call) => ledger.record(call)));
  await ledger.close();
  const config = { providers: { local: { kind: 'local' } }, models: { summary: { operation: 'chat', targets: [{ provider: 'local', model: 'extractive' }] } }, policies: { default: { scopes: ['chat', 'ledger:read'] } } };
  gateway = await TestGateway.start({ config, dataDir: place.dataDir });
}, 60_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await place.remove();
});

const rowsOf = (text: string): { id: string; metadata: unknown; principal: { user: string | null } }[] => text.trimEnd().split('\n').map((line) => JSON.parse(line));

describe('GET /export', () => {
  test('gives all calls of a time once, newest first, over more than one page', async () => {
    const response = await gateway.fetch('/export?what=calls&from=2026-01-01T01:00:00Z&to=2026-02-01');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const rows = rowsOf(await response.text());
    expect(rows.map(({ id }) => id)).toEqual(CALLS.slice(60).map(({ id }) => id).reverse());
    expect(rows[0]).toMatchObject({ principal: { user: 'ada' }, metadata: { order: 7 } });
  });

  test('gives a table with its head, and usage by what is asked', async () => {
    const table = await gateway.fetch('/export?what=calls&from=2026-01-01&to=2026-02-01&format=csv&app=shop');
    expect(table.headers.get('content-disposition')).toBe('attachment; filename="calls.csv"');
    const lines = (await table.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(CALLS.length + 1);
    expect(lines[0]).toMatch(/^id,startedAt,/);
    const usage = await gateway.fetch('/export?what=usage&from=2026-01-01&to=2026-02-01&by=app,day');
    const text = await usage.text();
    expect(text.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ app: 'shop', day: '2026-01-01', calls: 1_203 }),
    ]);
    expect(await (await gateway.fetch('/export?what=usage&from=2020-01-01&to=2020-02-01')).text()).toBe('');
  });

  test('names people and shows metadata to those only who may see them', async () => {
    const key = await issueKey(gateway, { app: 'reports', scopes: ['ledger:read'] });
    const headers = { authorization: `Bearer ${key}` };
    const calls = await (await gateway.fetch('/export?what=calls', { headers })).text();
    expect(rowsOf(calls)[0]).toMatchObject({ principal: { app: 'shop', user: '[MASKED]' }, metadata: null });
    const usage = await (await gateway.fetch('/export?what=usage&by=user&format=csv', { headers })).text();
    expect(calls + usage).not.toMatch(/\bada\b/);
    expect(usage).toContain('[MASKED]');
  });

  test('is for keys with the scope ledger:read', async () => {
    const key = await issueKey(gateway, { app: 'shop', scopes: ['chat'] });
    const refused = await gateway.fetch('/export?what=calls', { headers: { authorization: `Bearer ${key}` } });
    expect([refused.status, await refused.json()]).toEqual([403, { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN', scope: 'ledger:read' }) })] }]);
    expect((await fetch(`${gateway.url}/export?what=calls`)).status).toBe(401);
  });

  test.each([
    ['', 'what', 'expected calls or usage'],
    ['?what=keys', 'what', 'found "keys"'],
    ['?what=calls&format=xml', 'format', 'expected csv or ndjson'],
    ['?what=calls&from=yesterday', 'from', 'such as 2026-11-01'],
    ['?what=calls&from=2026-02-01&to=2026-01-01', 'to', 'a time after `from`'],
    ['?what=usage&by=colour', 'by', 'there is no "colour"'],
    ['?what=calls&until=2026-01-01', 'until', 'no such parameter'],
    ['?what=calls&what=usage', 'what', 'is there twice'],
  ])('%s is refused, and what is wrong is named', async (query, field, message) => {
    const response = await gateway.fetch(`/export${query}`);
    const { errors } = (await response.json()) as { errors: { message: string; extensions: unknown }[] };
    expect(response.status).toBe(400);
    expect(errors[0]).toMatchObject({ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT', field } });
  });

  test('is read, not posted to', async () => {
    const response = await gateway.fetch('/export?what=calls', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

test('an export is read from the ledger no faster than it is taken, and no further when its reader has gone', async () => {
  const page = Array.from({ length: 500 }, () => aCall());
  let pages = 0;
  // Of a ledger that has no end.
  const reports = {
    calls: async () => {
      pages++;
      return { rows: page, hasNextPage: true };
    },
    usage: async () => [],
  };
  let ended = false;
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const principal = { keyId: null, app: 'reports', user: null, team: null, scopes: ['ledger:read'], models: null, policy: 'default' };
    void handleExport(request, response, reports, { principal, signal: gone.signal, requestId: 'one', metadata: null }).finally(() => {
      ended = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/export?what=calls`);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.pause();
  const still = async (): Promise<number> => {
    for (let before = -1; before !== pages; await sleep(500)) before = pages;
    return pages;
  };
  const first = await still();
  expect(first).toBeGreaterThan(0);
  for (let taken = 0; taken < 50_000_000; ) {
    const chunk: Buffer | null = response.read();
    if (chunk === null) await once(response, 'readable');
    else taken += chunk.length;
  }
  expect(await still()).toBeGreaterThan(first);
  expect(ended).toBe(false);
  response.on('error', () => {});
  response.destroy();
  await vi.waitFor(() => expect(ended).toBe(true), { timeout: 20_000 });
  server.close();
  await once(server, 'close');
});
