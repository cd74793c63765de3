import { writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { FourBranches } from '../harness/branches.ts';
import { DOOR_NAMES, knock, type Answer } from '../harness/doors.ts';
import { ADMIN_KEY, type TestGateway } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

const MANIFEST = new URL('../../examples/clients/generated/persisted-documents.json', import.meta.url);
const SUPPORT_CASE = Object.entries(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Record<string, string>).find(([, text]) => text.startsWith('query SupportCase'));
if (SUPPORT_CASE === undefined) throw new Error('the example has no such document');
const [ID] = SUPPORT_CASE;
const variables = { text: 'My coffee was cold.', images: [], groundedOn: [], withPicture: false };
const FREE = '{ viewer { app } }';
const UNKNOWN = `sha256:${'0'.repeat(64)}`;

let said: string[] = [];
/** Runs the command beside a gateway. */
async function documents(gateway: Pick<TestGateway, 'dataDir'>, ...args: string[]): Promise<number> {
  return run(['documents', ...args, '--data', gateway.dataDir], {});
}
beforeEach(() => {
  said = [];
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation((text: unknown) => void said.push(String(text)));
});
afterEach(() => vi.restoreAllMocks());

let only: FourBranches;
let prefer: FourBranches;
let perPolicy: FourBranches;
let off: FourBranches;
beforeAll(async () => {
  only = await FourBranches.start({ server: { trustedDocuments: 'only' } });
  prefer = await FourBranches.start({ server: { trustedDocuments: 'prefer' } });
  off = await FourBranches.start();
  perPolicy = await FourBranches.start({ policies: { public: { scopes: ['chat'], trustedDocuments: 'only' } } });
});
afterAll(async () => {
  for (const four of [only, prefer, perPolicy, off]) await four[Symbol.asyncDispose]();
});

async function one(door: string, four: FourBranches, query: string | undefined, body: Record<string, unknown>, key = ADMIN_KEY): Promise<Answer> {
  // The protocol of the socket wants text there, and may have it empty.
  return (await knock(door, four.gateway, key, query ?? (door === 'WebSocket' ? '' : undefined), body))[0] ?? {};
}
const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions?.['code']);

describe.each(DOOR_NAMES)('by %s', (door) => {
  test.each([
    ['documentId', { documentId: ID }],
    ['documentId without its prefix', { documentId: ID.slice('sha256:'.length) }],
    ['Apollo\'s extension', { extensions: { persistedQuery: { version: 1, sha256Hash: ID.slice('sha256:'.length) } } }],
  ])('a registered document is executed by %s, and nothing else is', async (_, named) => {
    expect(await documents(only.gateway, 'register', MANIFEST.pathname)).toBe(0);
    await expect.poll(async () => (await one(door, only, undefined, { ...named, variables })).data).toMatchObject({ multimodal: { chat: { text: 'We are sorry.' }, sentiment: { label: 'NEGATIVE' } } });
    expect(codes(await one(door, only, FREE, {}))).toEqual(['PERSISTED_QUERY_ID_REQUIRED']);
    expect(codes(await one(door, only, FREE, { documentId: UNKNOWN }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    for (const id of ['../../keys', 'sha256:', 'x'.repeat(10_000).slice(0, 3_000)]) expect(codes(await one(door, only, undefined, { documentId: id }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(codes(await one(door, only, '{ __schema { queryType { name } } }', {}))).toEqual(['PERSISTED_QUERY_ID_REQUIRED']);
  });

  test('where text is taken too, an unknown id is no hindrance', async () => {
    expect(await one(door, prefer, FREE, { documentId: UNKNOWN })).toEqual({ data: { viewer: { app: 'admin' } } });
    expect(await one(door, prefer, FREE, {})).toEqual({ data: { viewer: { app: 'admin' } } });
    expect(codes(await one(door, prefer, undefined, { documentId: UNKNOWN }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('where ids are not taken, it is said', async () => {
    expect(codes(await one(door, off, undefined, { documentId: ID, variables }))).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
    expect(await one(door, off, FREE, { extensions: { persistedQuery: { version: 1, sha256Hash: ID.slice(7) } } })).toEqual({ data: { viewer: { app: 'admin' } } });
  });
});

test('a policy can have it for its own keys', async () => {
  const key = await issueKey(perPolicy.gateway, { app: 'web', scopes: ['chat'], policy: 'public' });
  expect(codes(await one('POST', perPolicy, FREE, {}, key))).toEqual(['PERSISTED_QUERY_ID_REQUIRED']);
  expect(await one('POST', perPolicy, FREE, {})).toEqual({ data: { viewer: { app: 'admin' } } });
});

test('a document that is removed is refused soon', async () => {
  const text = 'query Who { viewer { app } }';
  const id = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const file = join(only.gateway.dataDir, 'manifest.json');
  await writeFile(file, JSON.stringify({ [id]: text }));
  expect(await documents(only.gateway, 'register', file)).toBe(0);
  await expect.poll(async () => (await one('POST', only, undefined, { documentId: id })).data).toEqual({ viewer: { app: 'admin' } });
  await documents(only.gateway, 'list');
  expect(said.join('\n')).toContain(`${id}  ${text}`);
  expect(await documents(only.gateway, 'remove', id)).toBe(0);
  await expect.poll(async () => codes(await one('POST', only, undefined, { documentId: id }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  expect(await documents(only.gateway, 'remove', id)).toBe(1);
});

describe('nothing is registered of a file', () => {
  const text = '{ viewer { app } }';
  const id = (of: string) => `sha256:${createHash('sha256').update(of).digest('hex')}`;
  test.each([
    ['with a document that the schema does not know', JSON.stringify({ [id('{ nothing }')]: '{ nothing }', [id(text)]: text }), 'Cannot query field "nothing"'],
    ['with one that is no document', JSON.stringify({ [id('{')]: '{' }), 'Syntax Error'],
    ['with an id that is not the hash', JSON.stringify({ [UNKNOWN]: text }), 'is not the SHA-256 of its document'],
    ['that is no manifest', '[]', 'expected an object of documents'],
    ['that is no JSON', 'query { viewer { app } }', 'expected JSON'],
  ])('%s', async (_, content, message) => {
    const file = join(prefer.gateway.dataDir, 'manifest.json');
    await writeFile(file, content);
    expect(await documents(prefer.gateway, 'register', file)).toBe(1);
    expect(said.join('\n')).toContain(message);
    said = [];
    await documents(prefer.gateway, 'list');
    expect(said).toEqual([]);
  });
});
