import { uuidv7 } from '../../src/canonical/ids.ts';
import { NO_USAGE } from '../../src/canonical/usage.ts';
import type { CallRecord } from '../../src/ledger/ledger.ts';

/** A call with all that a call can have, changed by what is given. */
export function aCall(changes: Partial<CallRecord> = {}): CallRecord {
  const startedAt = changes.startedAt ?? new Date('2026-03-01T10:20:30.456Z');
  return {
    id: uuidv7(startedAt.getTime()),
    startedAt,
    durationMs: 812.5,
    timeToFirstTokenMs: 203.25,
    operation: 'CHAT',
    model: 'support-chat',
    provider: 'anthropic',
    targetModel: 'claude-sonnet-5',
    outcome: 'OK',
    errorCode: null,
    cached: false,
    streamed: true,
    principal: { keyId: 'key-1', app: 'shop', user: 'ada', team: 'support' },
    requestId: 'request-1',
    attempts: [
      { provider: 'openai', targetModel: 'gpt-5', outcome: 'FAILED', durationMs: 12, reason: 'server' },
      { provider: 'anthropic', targetModel: 'claude-sonnet-5', outcome: 'OK', durationMs: 800, reason: null },
    ],
    usage: { ...NO_USAGE, input: 100, output: 20, cachedInput: 10, audioInput: 5, audioOutput: 3, imageInput: 2, serviceTier: 'default' },
    cost: {
      usd: 0.000_4,
      price: { source: 'LIST', input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5, audioInput: 20, audioOutput: 80, imageInput: 2, tiers: [] },
    },
    masked: [{ kind: 'EMAIL', count: 2 }],
    warnings: ['late'],
    metadata: { order: 7, nested: { a: [null, true] } },
    sentiment: null,
    ...changes,
  };
}
