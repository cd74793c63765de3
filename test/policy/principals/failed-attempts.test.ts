import { describe, expect, test } from 'vitest';
import { FailedAttempts } from '../../../src/policy/principals/failed-attempts.ts';
import { holderOf, isNetwork, Networks } from '../../../src/policy/principals/networks.ts';

const GONE = AbortSignal.abort();

/** Whether the answer to a failure waits for a time, and not only for its turn. */
async function waits(attempts: FailedAttempts, address: string): Promise<boolean> {
  const leave = new AbortController();
  let told = false;
  const failed = attempts.failed(address, leave.signal).then(() => (told = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  const waited = !told;
  leave.abort();
  await failed;
  return waited;
}

describe('failed attempts', () => {
  test('wait after the twentieth of a minute, each address for itself', async () => {
    const attempts = new FailedAttempts();
    for (let count = 0; count < 20; count += 1) expect(await waits(attempts, '192.0.2.1')).toBe(false);
    expect(await waits(attempts, '192.0.2.1')).toBe(true);
    expect(await waits(attempts, '192.0.2.2')).toBe(false);
  });

  test('of one IPv6 network are one', async () => {
    const attempts = new FailedAttempts();
    for (let count = 0; count < 20; count += 1) await attempts.failed(`2001:db8:1:2::${count + 1}`, GONE);
    expect(await waits(attempts, '2001:db8:1:2:ffff::1')).toBe(true);
    expect(await waits(attempts, '2001:db8:1:3::1')).toBe(false);
  });

  test('are refused when too many wait', async () => {
    const attempts = new FailedAttempts();
    const leave = new AbortController();
    for (let count = 0; count < 20; count += 1) await attempts.failed('192.0.2.1', GONE);
    const waiting = Array.from({ length: 1_000 }, () => attempts.failed('192.0.2.1', leave.signal));
    await expect(attempts.failed('192.0.2.1', leave.signal)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    leave.abort();
    await Promise.all(waiting);
  });
});

describe('networks', () => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::ffff:172.16.0.0/108']);

  test.each(['10.255.0.1', '::ffff:10.0.0.1', '192.0.2.7', '2001:db8:ffff::1', '172.16.0.9'])('have %s', (address) => {
    expect(networks.has(address)).toBe(true);
  });

  test.each(['11.0.0.1', '192.0.2.8', '2001:db9::1', '::1', '', 'evil', '10.0.0.1, 11.0.0.1', '10.0.0'])('have not %j', (address) => {
    expect(networks.has(address)).toBe(false);
  });

  test.each([['10.0.0', false], ['10.0.0.0/33', false], ['10.0.0.0/8/8', false], ['10', false], ['0x0a000001', false], ['10.0.0.0/8', true], ['::/0', true], ['::1', true]])('%s is one: %s', (text, expected) => {
    expect(isNetwork(text)).toBe(expected);
  });

  test('the holder of an address', () => {
    expect([holderOf('::ffff:192.0.2.1'), holderOf('2001:db8:0:1:2:3:4:5'), holderOf('nonsense')]).toEqual(['192.0.2.1', '2001:db8:0:1::/64', 'unknown']);
  });
});
