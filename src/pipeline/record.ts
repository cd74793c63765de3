import { KanonError } from '../canonical/errors.ts';
import type { CallRecord, Ledger } from '../ledger/ledger.ts';
import type { Call, Outcome } from './call.ts';
import type { Stage } from './stage.ts';

/** Writes every call down, whatever its end. Stands before all stages that change it, so that it leaves after them. */
export function record(ledger: Pick<Ledger, 'record'>): Stage {
  return {
    name: 'record',
    leave: (call, outcome) => ledger.record(toRecord(call, outcome)),
  };
}

function toRecord(call: Call, outcome: Outcome): CallRecord {
  const meta = call.meta();
  const { principal, requestId, metadata } = call.context;
  const answered = call.answers.length > 0 || call.cached;
  return {
    id: meta.id,
    startedAt: call.startedAt,
    durationMs: meta.durationMs,
    timeToFirstTokenMs: meta.timeToFirstTokenMs,
    operation: call.operation,
    model: meta.model,
    provider: answered ? meta.provider : null,
    targetModel: answered ? meta.targetModel : null,
    outcome: outcome.type === 'ok' ? 'OK' : outcome.type === 'aborted' ? 'ABORTED' : 'ERROR',
    errorCode: outcome.type === 'error' ? codeOf(outcome.error) : null,
    cached: meta.cached,
    streamed: call.stream,
    principal: { keyId: principal.keyId, app: principal.app, user: principal.user, team: principal.team },
    requestId,
    attempts: meta.attempts,
    usage: meta.usage,
    cost: { usd: meta.cost.usd, price: call.price },
    masked: meta.masked,
    warnings: meta.warnings,
    metadata,
    sentiment: call.sentiment,
    ...(call.payload !== null && { payload: call.payload }),
  };
}

function codeOf(error: unknown): string {
  return error instanceof KanonError ? error.code : 'INTERNAL';
}
