import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kanon, start } from './command.ts';

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'kanon-demo-'));
});
afterAll(() => rm(data, { recursive: true, force: true }));

test.each([
  ['en', 'HARBOUR HOME STORES', '119.10 GBP', 'I am sorry'],
  ['de', 'Haushaltswaren Lindner', '119.10 EUR', 'tut mir leid'],
])(
  'the support case in %s is answered by local models, and the demo ends by itself',
  async (lang, merchant, total, reply) => {
    const { code, stdout, stderr } = await kanon(['demo', '--lang', lang, '--data', data]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(reply);
    expect(stdout).toContain('negative');
    expect(stdout).toMatch(new RegExp(`merchant +${merchant}`));
    expect(stdout).toContain(total);
    expect(stdout).toContain('2026-10-14');
    expect(stdout).toMatch(/together +[\d.]+ s +\$0\.0000/);
  },
  120_000,
);

test('--keep leaves the server up and prints where it is', async () => {
  const demo = start(['demo', '--keep', '--data', data]);
  const [, url = ''] = await demo.says(/goes on at (http:\S+)\/graphql/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  demo.process.kill('SIGINT');
  expect(await demo.ended).toBe(0);
}, 120_000);
