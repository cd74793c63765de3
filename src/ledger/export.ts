import { callCursor } from './cursor.ts';
import type { Ledger } from './ledger.ts';
import type { CallFilter, CallRecord, UsageRow } from './record.ts';

/** NDJSON: a JSON object a line, all fields. CSV (RFC 4180): flat fields, with a head line. */
export type ExportFormat = 'ndjson' | 'csv';

type Cell = string | number | boolean | null;

/** Calls read at a time: no export holds more in memory, however long it is. */
const PAGE = 500;

/** All calls that fit, newest first, in pieces of text; read as fast as they are taken. Never holds payloads. */
export async function* exportCalls(ledger: Pick<Ledger, 'calls'>, filter: CallFilter, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(Object.keys(callCells(null)));
  for (let after: string | null = null, more = true; more; ) {
    const page = await ledger.calls({ filter, first: PAGE, after });
    if (page.rows.length > 0) {
      yield page.rows.map((call) => (format === 'csv' ? csvLine(Object.values(callCells(call))) : `${JSON.stringify(call)}\n`)).join('');
    }
    const last = page.rows.at(-1);
    more = page.hasNextPage && last !== undefined;
    if (last !== undefined) after = callCursor(last);
  }
}

/** A report of usage as text. */
export function exportUsage(rows: readonly UsageRow[], format: ExportFormat): string {
  if (format === 'ndjson') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const [first] = rows;
  if (first === undefined) return '';
  const columns = Object.keys(first);
  return csvLine(columns) + rows.map((row) => csvLine(Object.values(row))).join('');
}

function callCells(call: CallRecord | null): Record<string, Cell> {
  return {
    id: call?.id ?? null,
    startedAt: call?.startedAt.toISOString() ?? null,
    durationMs: call?.durationMs ?? null,
    timeToFirstTokenMs: call?.timeToFirstTokenMs ?? null,
    operation: call?.operation ?? null,
    model: call?.model ?? null,
    provider: call?.provider ?? null,
    targetModel: call?.targetModel ?? null,
    outcome: call?.outcome ?? null,
    errorCode: call?.errorCode ?? null,
    cached: call?.cached ?? null,
    streamed: call?.streamed ?? null,
    keyId: call?.principal.keyId ?? null,
    app: call?.principal.app ?? null,
    user: call?.principal.user ?? null,
    team: call?.principal.team ?? null,
    requestId: call?.requestId ?? null,
    attempts: call?.attempts.length ?? null,
    input: call?.usage.input ?? null,
    output: call?.usage.output ?? null,
    cachedInput: call?.usage.cachedInput ?? null,
    cacheWrite: call?.usage.cacheWrite ?? null,
    reasoning: call?.usage.reasoning ?? null,
    audioInput: call?.usage.audioInput ?? null,
    audioOutput: call?.usage.audioOutput ?? null,
    imageInput: call?.usage.imageInput ?? null,
    usageReported: call?.usage.reported ?? null,
    serviceTier: call?.usage.serviceTier ?? null,
    costUsd: call?.cost.usd ?? null,
    warnings: call?.warnings.join('; ') ?? null,
    metadata: call === null || call.metadata === null ? null : JSON.stringify(call.metadata),
    sentimentLabel: call?.sentiment?.label ?? null,
    sentimentScore: call?.sentiment?.score ?? null,
    sentimentConfidence: call?.sentiment?.confidence ?? null,
  };
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Text that a spreadsheet would take for a formula is quoted by an apostrophe (OWASP, CSV injection). */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
