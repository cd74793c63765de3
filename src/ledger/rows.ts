import type { AttemptRecord, MaskedCount } from '../canonical/call.ts';
import type { JsonObject } from '../canonical/chat.ts';
import type { Operation } from '../canonical/results.ts';
import { toNano, toUsd } from './money.ts';
import type { PriceSnapshot } from '../canonical/price.ts';
import type { CallOutcome, CallRecord } from './record.ts';
import type { CallRow } from './store/tables.ts';

/** A call as it is stored; its payload goes another way. */
export function toRow(call: CallRecord): CallRow {
  const { principal, usage, cost } = call;
  return {
    id: call.id,
    started_at: call.startedAt.getTime(),
    duration_ms: call.durationMs,
    first_token_ms: call.timeToFirstTokenMs,
    operation: call.operation,
    model: call.model,
    provider: call.provider,
    target_model: call.targetModel,
    outcome: call.outcome,
    error_code: call.errorCode,
    cached: call.cached ? 1 : 0,
    streamed: call.streamed ? 1 : 0,
    key_id: principal.keyId,
    app: principal.app,
    user_name: principal.user,
    team: principal.team,
    request_id: call.requestId,
    // A vendor's count may be anything; a column of whole numbers takes only whole ones.
    input: Math.round(usage.input),
    output: Math.round(usage.output),
    cached_input: Math.round(usage.cachedInput),
    cache_write: Math.round(usage.cacheWrite),
    reasoning: Math.round(usage.reasoning),
    usage_reported: usage.reported ? 1 : 0,
    cost_nano: cost.usd === null ? null : toNano(cost.usd),
    price: cost.price === null ? null : JSON.stringify(cost.price),
    attempts: JSON.stringify(call.attempts),
    masked: JSON.stringify(call.masked),
    warnings: JSON.stringify(call.warnings),
    metadata: call.metadata === null ? null : JSON.stringify(call.metadata),
  };
}

/** The call of a row that `toRow` made. */
export function fromRow(row: CallRow): CallRecord {
  // What is parsed here was written by `toRow`, so its shape is known.
  return {
    id: row.id,
    startedAt: new Date(row.started_at),
    durationMs: row.duration_ms,
    timeToFirstTokenMs: row.first_token_ms,
    operation: row.operation as Operation,
    model: row.model,
    provider: row.provider,
    targetModel: row.target_model,
    outcome: row.outcome as CallOutcome,
    errorCode: row.error_code,
    cached: row.cached === 1,
    streamed: row.streamed === 1,
    principal: { keyId: row.key_id, app: row.app, user: row.user_name, team: row.team },
    requestId: row.request_id,
    attempts: JSON.parse(row.attempts) as AttemptRecord[],
    usage: {
      input: row.input,
      output: row.output,
      cachedInput: row.cached_input,
      cacheWrite: row.cache_write,
      reasoning: row.reasoning,
      reported: row.usage_reported === 1,
    },
    cost: {
      usd: row.cost_nano === null ? null : toUsd(row.cost_nano),
      price: row.price === null ? null : (JSON.parse(row.price) as PriceSnapshot),
    },
    masked: JSON.parse(row.masked) as MaskedCount[],
    warnings: JSON.parse(row.warnings) as string[],
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as JsonObject),
  };
}
