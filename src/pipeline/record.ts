import { KanonError } from '../canonical/errors.ts';
import { costOf } from '../canonical/price.ts';
import type { CallRecord, Ledger } from '../ledger/ledger.ts';
import type { Call, Outcome } from './call.ts';
import type { Stage } from './stage.ts';

/** Computes what a call cost and writes it down, whatever its end. Stands first, so that it leaves last. */
export function record(ledger: Pick<Ledger, 'record'>): Stage {
  return {
    name: 'record',
    async leave(call, outcome) {
      const price = settle(call);
      await ledger.record(toRecord(call, outcome, price));
    },
  };
}

/**
 * Each member of an ensemble is paid at its own price. The price that is kept is that of the one target, where there
 * is one. Nobody bills what nobody answered.
 */
function settle(call: Call): CallRecord['cost']['price'] {
  const costs = call.answers.map(({ target, usage }) => costOf(usage, target.price).usd);
  call.cost = { usd: costs.includes(null) ? null : costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0) };
  const [only, ...others] = call.answers;
  return only === undefined || others.length > 0 ? null : only.target.price;
}

function toRecord(call: Call, outcome: Outcome, price: CallRecord['cost']['price']): CallRecord {
  const meta = call.meta();
  const { principal, requestId, metadata } = call.context;
  const answered = call.answers.length > 0;
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
    cost: { usd: meta.cost.usd, price },
    masked: meta.masked,
    warnings: meta.warnings,
    metadata,
  };
}

function codeOf(error: unknown): string {
  return error instanceof KanonError ? error.code : 'INTERNAL';
}
