import type { Principal } from '../../canonical/call.ts';
import { InputError, isErrorCode } from '../../canonical/errors.ts';
import { callCursor, type CallFilter, type UsageRow } from '../../ledger/ledger.ts';
import { hasScope, MASKED_TEXT } from '../directives/mask.ts';
import type { QueryResolvers, Resolvers, UsageDimension } from '../generated/resolvers.ts';

const PAGE = 20;
const LARGEST_PAGE = 100;

/** A principal sees the calls of its own app; one with the scope, or that may do everything, sees all. */
function ownApp(principal: Principal): { app?: string } {
  return hasScope(principal, 'ledger:read') ? {} : { app: principal.app };
}

/** The fields of a filter that are given: the ledger knows no null. */
function given<T extends object>(filter: T | null | undefined): CallFilter {
  return Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value != null));
}

const VALUES: Record<UsageDimension, (row: UsageRow) => string | null> = {
  APP: (row) => row.app,
  USER: (row) => row.user,
  TEAM: (row) => row.team,
  KEY: (row) => row.keyId,
  MODEL: (row) => row.model,
  PROVIDER: (row) => row.provider,
  OPERATION: (row) => row.operation,
  DAY: (row) => row.day,
  HOUR: (row) => row.hour,
};

export const callQueries = {
  calls: async (_, { filter, first, after }, { ledger, call }) => {
    const size = first ?? PAGE;
    if (size < 1 || size > LARGEST_PAGE) throw new InputError('first', `expected 1 to ${LARGEST_PAGE}, found ${size}.`);
    const page = await ledger.calls({ filter: { ...given(filter), ...ownApp(call.principal) }, first: size, after: after ?? null });
    return { ...page, hasPreviousPage: after != null };
  },
  usage: async (_, { by, from, to }, { ledger, call }) => {
    if (to != null && to <= from) throw new InputError('to', 'expected a time after `from`.');
    if (new Set(by).size < by.length) throw new InputError('by', 'names a dimension twice.');
    const rows = await ledger.usage({ by, from, to: to ?? new Date(), filter: ownApp(call.principal) });
    // People are named to those only who see them in `Call.user`.
    const named = (dimension: UsageDimension, value: string | null): string | null =>
      dimension === 'USER' && value !== null && !hasScope(call.principal, 'audit') ? MASKED_TEXT : value;
    return rows.map((row) => ({ ...row, dimensions: by.map((dimension) => ({ dimension, value: named(dimension, VALUES[dimension](row)) })) }));
  },
} satisfies QueryResolvers;

export const callTypes = {
  Call: {
    __resolveReference: async ({ id }, { callsById, call }) => {
      if (typeof id !== 'string') throw new InputError('id', 'expected the id of a call as text.');
      const record = await callsById.load(id);
      const { app } = ownApp(call.principal);
      return record === null || (app !== undefined && record.principal.app !== app) ? null : record;
    },
    payload: async ({ id }, _, { ledger }) => {
      const payload = (await ledger.call(id))?.payload;
      return payload === undefined ? null : { callId: id, maskedForms: { prompt: payload.prompt, answer: payload.answer } };
    },
    app: ({ principal }) => principal.app,
    user: ({ principal }) => principal.user,
    team: ({ principal }) => principal.team,
    keyId: ({ principal }) => principal.keyId,
    errorCode: ({ errorCode }) => (errorCode === null || isErrorCode(errorCode) ? errorCode : 'INTERNAL'),
  },
  CallMeta: {
    call: ({ id }, _, { callsById }) => callsById.load(id),
  },
  CallPayload: {
    prompt: async ({ callId, maskedForms }, _, { originals }) => (await originals.load(callId))?.prompt ?? maskedForms.prompt,
    answer: async ({ callId, maskedForms }, _, { originals }) => (await originals.load(callId))?.answer ?? maskedForms.answer,
    pictures: async ({ callId }, _, { ledger }) => (await ledger.pictures(callId)).map((picture) => ({ ...picture, callId })),
  },
  CallPicture: {
    bytes: (picture, _, { pictures }, { path }) => pictures.show(picture, path),
  },
  CallConnection: {
    edges: ({ rows }) => rows.map((node) => ({ cursor: callCursor(node), node })),
    nodes: ({ rows }) => rows,
    pageInfo: ({ rows, hasNextPage, hasPreviousPage }) => {
      const [first] = rows;
      const last = rows.at(-1);
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: first === undefined ? null : callCursor(first),
        endCursor: last === undefined ? null : callCursor(last),
      };
    },
  },
  UsageRow: {
    // What is not known at all is not shown as zero.
    cost: ({ costUsd, calls, callsWithUnknownCost }) => ({
      usd: callsWithUnknownCost === calls ? null : costUsd,
      known: callsWithUnknownCost === 0,
    }),
    usage: (row) => ({
      input: row.input,
      output: row.output,
      cachedInput: row.cachedInput,
      cacheWrite: row.cacheWrite,
      reasoning: row.reasoning,
      audioInput: row.audioInput,
      audioOutput: row.audioOutput,
      imageInput: row.imageInput,
      reported: row.callsWithEstimatedUsage === 0,
    }),
  },
  Cost: {
    known: ({ usd, known }) => known ?? usd !== null,
  },
} satisfies Resolvers;
