import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { openKeys } from '../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { ENGINES, makePlace, type Place } from './engines.ts';

const log = createLog('silent');
const shop = { app: 'shop', scopes: ['chat'] };

describe.each(ENGINES)('API keys on %s', (engine) => {
  let place: Place;
  let ledger: Ledger;
  const open = (secret?: string): Promise<Ledger> => openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, secret, log });
  const commandLine = (secret?: string): ReturnType<typeof openKeys> =>
    openKeys({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, secret, log });

  beforeEach(async () => {
    place = await makePlace(engine);
    ledger = await open();
  });

  afterEach(async () => {
    await ledger.close();
    await place.remove();
  });

  test('are found by what was issued and by nothing else', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const wanted = { app: 'shop', user: 'ada', team: 'support', scopes: ['chat', 'embed'], models: ['m'], networks: ['10.0.0.0/8'], policy: 'public', expiresAt };
    const { key, record } = await ledger.keys.create(wanted, 'test');
    expect(key).toMatch(/^kn_[\w-]{43}$/);
    expect(ledger.keys.find(key)).toMatchObject({ ...wanted, id: record.id, prefix: key.slice(3, 11), revokedAt: null });
    expect(ledger.keys.find(`${key}x`)).toBeNull();
    expect(ledger.keys.find(key.slice(0, -1))).toBeNull();
    expect(ledger.keys.find('')).toBeNull();
    await ledger.close();
    ledger = await open();
    expect(ledger.keys.find(key)?.id).toBe(record.id);
  });

  test('stop to be valid when they are revoked or expire', async () => {
    const revoked = await ledger.keys.create(shop, 'test');
    const expired = await ledger.keys.create({ ...shop, expiresAt: new Date(Date.now() - 1) }, 'test');
    await ledger.keys.revoke(revoked.record.prefix, 'test');
    expect(ledger.keys.find(revoked.key)).toBeNull();
    expect(ledger.keys.find(expired.key)).toBeNull();
    await expect(ledger.keys.revoke('no-such-key', 'test')).rejects.toThrow('no-such-key');
    expect((await ledger.keys.list()).map((key) => key.revokedAt !== null)).toEqual([true, false]);
  });

  test('that the command line makes and revokes are seen by a running gateway soon', async () => {
    const other = await commandLine();
    const { key, record } = await other.keys.create(shop, 'cli');
    await vi.waitFor(() => expect(ledger.keys.find(key)?.app).toBe('shop'), { timeout: 20_000, interval: 20 });
    await other.keys.revoke(record.id, 'cli');
    await vi.waitFor(() => expect(ledger.keys.find(key)).toBeNull(), { timeout: 20_000, interval: 20 });
    await other.close();
  });

  test('stay valid while the secret is replaced, and move to the new one when they are shown', async () => {
    const [old, fresh] = ['old-secret-of-32-characters-here', 'new-secret-of-32-characters-here'];
    await ledger.close();
    ledger = await open(old);
    const shown = await ledger.keys.create(shop, 'test');
    const idle = await ledger.keys.create(shop, 'test');
    await ledger.close();
    ledger = await open(`${fresh},${old}`);
    expect(ledger.keys.find(shown.key)?.id).toBe(shown.record.id);
    await ledger.close();
    ledger = await open(fresh);
    expect(ledger.keys.find(shown.key)?.id).toBe(shown.record.id);
    expect(ledger.keys.find(idle.key)).toBeNull();
  });

  test('made with another secret are an error at start, not a silent refusal', async () => {
    await ledger.close();
    ledger = await open('one-secret-of-32-characters-here');
    await ledger.keys.create(shop, 'test');
    await expect(commandLine('another-secret-of-32-characters!')).rejects.toThrow('KANON_SECRET');
  });

  test('the first key is made once, whoever asks', async () => {
    const other = await commandLine();
    const made = await Promise.all([ledger.keys.createFirst(shop, 'a'), other.keys.createFirst(shop, 'b'), ledger.keys.createFirst(shop, 'a')]);
    expect(made.filter((issued) => issued !== null)).toHaveLength(1);
    expect(await ledger.keys.list()).toHaveLength(1);
    await other.close();
  });

  test('the operator’s own admin key is valid until another is given', async () => {
    await ledger.keys.give('my-admin-key', { app: 'admin', scopes: ['*'] }, 'start');
    await ledger.keys.give('my-admin-key', { app: 'admin', scopes: ['*'] }, 'start');
    expect(ledger.keys.find('my-admin-key')?.scopes).toEqual(['*']);
    await ledger.keys.give('my-next-key', { app: 'admin', scopes: ['*'] }, 'start');
    expect(ledger.keys.find('my-admin-key')).toBeNull();
    expect(ledger.keys.find('my-next-key')?.app).toBe('admin');
    expect(await ledger.keys.list()).toHaveLength(1);
  });

  test('tell when they were last used', async () => {
    const { key, record } = await ledger.keys.create(shop, 'test');
    const before = Date.now();
    ledger.keys.find(key);
    await ledger.close();
    ledger = await open();
    const [listed] = await ledger.keys.list();
    expect(listed?.id).toBe(record.id);
    expect(listed?.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('leave a trail that tells who made and revoked them', async () => {
    const { record } = await ledger.keys.create(shop, 'ada');
    await ledger.keys.revoke(record.id, 'bob');
    await ledger.audit({ actor: 'start', action: 'config.reload', subject: null, detail: { digest: 'x' } });
    const trail = await ledger.auditTrail(10, null);
    expect(trail).toMatchObject([
      { actor: 'start', action: 'config.reload', subject: null, detail: { digest: 'x' } },
      { actor: 'bob', action: 'key.revoke', subject: record.id },
      { actor: 'ada', action: 'key.create', subject: record.id, detail: { app: 'shop', scopes: ['chat'] } },
    ]);
    expect(await ledger.auditTrail(10, trail[1]?.id ?? null)).toEqual(trail.slice(2));
  });

  test('cannot be read from the data folder', async () => {
    const { key } = await ledger.keys.create(shop, 'test');
    await ledger.close();
    for (const name of await readdir(place.dataDir)) {
      expect((await readFile(join(place.dataDir, name))).includes(key.slice(11))).toBe(false);
    }
    expect((await stat(join(place.dataDir, 'secret'))).mode & 0o777).toBe(0o600);
  });
});

test('a secret that is too short is refused', async () => {
  const place = await makePlace('sqlite');
  await expect(openLedger({ dataDir: place.dataDir, secret: 'short', log })).rejects.toThrow('KANON_SECRET is too short');
  await place.remove();
});
