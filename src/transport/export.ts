import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallContext, Principal } from '../canonical/call.ts';
import { InputError, KanonError } from '../canonical/errors.ts';
import { hasScope, MASKED_TEXT } from '../graphql/directives/mask.ts';
import { exportCalls, exportUsage, type ExportFormat } from '../ledger/export.ts';
import { exportQuery, type ExportQuery, type ExportWords } from '../ledger/export-query.ts';
import type { CallRecord, Ledger, UsageRow } from '../ledger/ledger.ts';
import { HttpError, writeSlowly } from './http/respond.ts';
import { requireScope } from './scope.ts';

/** What an export reads. */
type Reports = Pick<Ledger, 'calls' | 'usage'>;

const NAMES: readonly (keyof ExportWords)[] = ['what', 'from', 'to', 'app', 'by', 'format'];
const TYPES: Record<ExportFormat, string> = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson; charset=utf-8' };
/** Milliseconds in which a reader must take something. */
const STALL_MS = 60_000;

/**
 * `GET /export?what=calls|usage`: what `kanon export` writes, for keys with the scope `ledger:read`. It is read from the
 * ledger as fast as it is taken. People and metadata are shown to those only who see them in `Call`.
 * @throws HttpError, KanonError, InputError
 */
export async function handleExport(request: IncomingMessage, response: ServerResponse, reports: Reports, { principal, signal }: CallContext): Promise<void> {
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET');
    throw new HttpError(405, new KanonError('BAD_USER_INPUT', 'An export is a GET: what is wanted stands in the query string.'));
  }
  requireScope(principal, ['ledger:read']);
  const query = exportQuery(wordsOf(request.url ?? '/'), (name, message) => new InputError(name, message));
  const pieces = piecesOf(query, reports, principal);
  // What fails before anything was written has a status of its own.
  let piece = await pieces.next();
  response.writeHead(200, { 'content-type': TYPES[query.format], 'content-disposition': `attachment; filename="${query.what}.${query.format}"` });
  for (; piece.done !== true; piece = await pieces.next()) {
    if (await writeSlowly(response, piece.value, AbortSignal.any([signal, AbortSignal.timeout(STALL_MS)]))) continue;
    response.destroy();
    return;
  }
  response.end();
}

async function* piecesOf({ what, from, to, filter, by, format }: ExportQuery, reports: Reports, principal: Principal): AsyncGenerator<string, undefined> {
  const showsAll = hasScope(principal, 'audit');
  if (what === 'usage') {
    const rows = await reports.usage({ by, from, to, filter });
    const text = exportUsage(showsAll ? rows : rows.map(unnamed), format);
    if (text !== '') yield text;
    return;
  }
  const calls: Reports['calls'] = async (page) => {
    const { rows, hasNextPage } = await reports.calls(page);
    return { rows: showsAll ? rows : rows.map(masked), hasNextPage };
  };
  yield* exportCalls({ calls }, { ...filter, from, to }, format);
}

function masked(call: CallRecord): CallRecord {
  const { user } = call.principal;
  return { ...call, principal: { ...call.principal, user: user === null ? null : MASKED_TEXT }, metadata: null };
}

function unnamed(row: UsageRow): UsageRow {
  return row.user === null ? row : { ...row, user: MASKED_TEXT };
}

/** @throws InputError for a name that is not known, or is there twice */
function wordsOf(url: string): ExportWords {
  const words: ExportWords = {};
  for (const [name, value] of new URL(url, 'http://localhost').searchParams) {
    const known = NAMES.find((one) => one === name);
    if (known === undefined) throw new InputError(name, `there is no such parameter; there are ${NAMES.join(', ')}.`);
    if (words[known] !== undefined) throw new InputError(name, 'is there twice.');
    words[known] = value;
  }
  return words;
}
