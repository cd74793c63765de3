import { createSocket } from 'node:dgram';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkedLookup, createDnsResolver, NotPublicError } from '../../src/media/fetch/resolver.ts';

/** A DNS server (RFC 1035) that gives every question of type A the same answer, and every other none. */
async function serveDns(address: string): Promise<string> {
  const server = createSocket('udp4', (question, from) => {
    const isA = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1;
    const answer = Buffer.from(`c00c000100010000003c0004${Buffer.from(address.split('.').map(Number)).toString('hex')}`, 'hex');
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isA ? 1 : 0, 6);
    header.fill(0, 8);
    const end = question.indexOf(0, 12) + 5;
    server.send(Buffer.concat([header, question.subarray(12, end), isA ? answer : Buffer.alloc(0)]), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${server.address().port}`;
}

type Answer = { address: string; family: number }[];

describe('a look-up', () => {
  it('asks DNS, and has no addresses when DNS has none or is not there', async () => {
    const answered = createDnsResolver(1000, [await serveDns('93.184.216.34')]);
    expect(await answered.resolve('images.example.com')).toEqual(['93.184.216.34']);
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const unanswered = createDnsResolver(1000, [`127.0.0.1:${silent.address().port}`]);
    const pending = unanswered.resolve('images.example.com');
    unanswered.cancel();
    expect(await pending).toEqual([]);
  });

  it('hands on the addresses that were checked, all of them or the first', async () => {
    const lookup = checkedLookup(async () => ['93.184.216.34', '2606:4700::1111']);
    const all = await promisify<string, { all: true }, Answer>((name, options, done) =>
      lookup(name, options, (error, found) => done(error, typeof found === 'string' ? [] : found)),
    )('images.example.com', { all: true });
    expect(all).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    const first = await promisify<string, unknown>((name, done) => lookup(name, { all: false }, done))('images.example.com');
    expect(first).toBe('93.184.216.34');
  });

  it('fails for a name with one address that is not public, with none, or that cannot be asked for', async () => {
    const ask = (resolve: () => Promise<string[]>) =>
      promisify<string, unknown>((name, done) => checkedLookup(resolve)(name, { all: true }, done))('images.example.com');
    await expect(ask(async () => ['93.184.216.34', '10.0.0.1'])).rejects.toBeInstanceOf(NotPublicError);
    await expect(ask(async () => [])).rejects.toThrow('no address');
    await expect(ask(() => Promise.reject(new Error('DNS is down')))).rejects.toThrow('DNS is down');
  });
});
