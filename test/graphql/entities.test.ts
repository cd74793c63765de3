import type { FormattedExecutionResult } from 'graphql';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CallContext } from '../../src/canonical/call.ts';
import { requestContext } from '../../src/graphql/context.ts';
import { GraphQLExecutor } from '../../src/graphql/execution/executor.ts';
import { buildExecutable } from '../../src/graphql/schema.ts';
import { openLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS, Media } from '../../src/media/media.ts';
import { Operations } from '../../src/operations/operations.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { ModelCatalog } from '../../src/routing/catalog.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from '../ledger/calls.ts';

const log = createLog('silent');
let dataDir: string;
let ledger: Ledger;
let media: Media;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kanon-entities-'));
  ledger = await openLedger({ dataDir, log });
  media = new Media({ dataDir, log, limits: DEFAULT_MEDIA_LIMITS, fetch: DEFAULT_FETCH_POLICY });
});
afterAll(async () => {
  await ledger.close();
  await media.close();
  await rm(dataDir, { recursive: true, force: true });
});

const executor = new GraphQLExecutor({ ...buildExecutable(), limits: { maxDepth: 20, maxAliases: 30, maxDirectives: 50, maxTokens: 2_000, maxRootFields: 20, maxSubscriptionsPerKey: 100, maxCost: 10_000 }, introspection: 'admin', log });

/** Resolves calls by their ids as a federation gateway asks for them. */
function resolveCalls(ids: string[], principal: Partial<CallContext['principal']> = {}) {
  return resolveReferences(ids.map((id) => ({ __typename: 'Call', id })), principal);
}

async function resolveReferences(of: unknown[], principal: Partial<CallContext['principal']> = {}) {
  const call: CallContext = {
    principal: { keyId: null, app: 'shop', user: null, team: null, scopes: ['*'], models: null, policy: 'default', ...principal },
    signal: new AbortController().signal,
    requestId: 'test',
    metadata: null,
  };
  const operations = new Operations(new Pipeline([], log), () => new ModelCatalog([], new Map()));
  const prepared = executor.prepare('query ($of: [_Any!]!) { _entities(representations: $of) { ... on Call { id app } } }', null, call.principal);
  if ('errors' in prepared) throw prepared.errors[0];
  const variables = { of };
  const answer = await executor.execute({ ...prepared, operationName: null, variables, context: requestContext({ operations, media, ledger, spending: { plan: () => null, standing: async () => [] } }, call), incremental: 'v0.2', tellCost: false }, prepared.type);
  return answer.kind === 'single' ? (JSON.parse(answer.json) as FormattedExecutionResult) : null;
}

test('all calls of one request are read from the ledger at once, each of them once', async () => {
  const records = Array.from({ length: 40 }, () => aCall());
  await Promise.all(records.map((record) => ledger.record(record)));
  const ids = records.map((record) => record.id);
  const read = vi.spyOn(ledger, 'callsById');
  const result = await resolveCalls([...ids, ...ids]);
  expect(read.mock.calls.map(([asked]) => asked)).toEqual([ids]);
  expect(result).toMatchObject({ data: { _entities: [...ids, ...ids].map((id) => ({ id })) } });
  read.mockRestore();
});

test('one that cannot be read takes none with it, whatever comes after it', async () => {
  const known = aCall();
  await ledger.record(known);
  const call = (id: unknown) => ({ __typename: 'Call', id });
  const result = await resolveReferences([call({ no: 'text' }), call(known.id), { __typename: 'Nothing' }, 'x', call(7), call(known.id)]);
  const found = { id: known.id, app: 'shop' };
  expect(result).toMatchObject({ data: { _entities: [null, found, null, null, null, found] } });
  expect(result?.errors?.map(({ path, extensions }) => [path?.[1], extensions?.['code']]).sort()).toEqual([0, 2, 3, 4].map((index) => [index, 'BAD_USER_INPUT']));
});

test('a call of another app does not exist for one that may not see all', async () => {
  const own = aCall();
  const foreign = aCall({ principal: { ...own.principal, app: 'bank' } });
  await Promise.all([ledger.record(own), ledger.record(foreign)]);
  expect(await resolveCalls([own.id, foreign.id], { scopes: ['chat'] })).toEqual({ data: { _entities: [{ id: own.id, app: 'shop' }, null] } });
});
