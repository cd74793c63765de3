import { uuidv7 } from '../../src/canonical/ids.ts';
import type { CallRecord } from '../../src/ledger/ledger.ts';

const MODELS = ['support-chat', 'drafts', 'feeling', 'search', 'documents'];

/** A call as a busy gateway has them: 20 apps, 1,000 users, 5 models, spread over a time. */
export function sampleCall(index: number, startedAt: Date): CallRecord {
  return {
    id: uuidv7(startedAt.getTime()),
    startedAt,
    durationMs: 812.5,
    timeToFirstTokenMs: 203.25,
    operation: 'CHAT',
    model: MODELS[index % MODELS.length] ?? 'support-chat',
    provider: 'anthropic',
    targetModel: 'claude-sonnet-5',
    outcome: index % 50 === 0 ? 'ERROR' : 'OK',
    errorCode: index % 50 === 0 ? 'UPSTREAM_TIMEOUT' : null,
    cached: false,
    streamed: true,
    principal: { keyId: `key-${index % 100}`, app: `app-${index % 20}`, user: `user-${(index * 7) % 1_000}`, team: `team-${index % 10}` },
    requestId: uuidv7(),
    attempts: [
      { provider: 'openai', targetModel: 'gpt-5', outcome: 'FAILED', durationMs: 12, reason: 'server' },
      { provider: 'anthropic', targetModel: 'claude-sonnet-5', outcome: 'OK', durationMs: 800, reason: null },
    ],
    usage: { input: 1_200, output: 340, cachedInput: 800, cacheWrite: 0, reasoning: 0, audioInput: 0, audioOutput: 0, imageInput: 0, reported: true },
    cost: { usd: 0.004_36, price: { source: 'LIST', input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5, audioInput: 2, audioOutput: 10, imageInput: 2, tiers: [] } },
    masked: [{ kind: 'EMAIL', count: 1 }],
    warnings: [],
    metadata: { order: index },
    sentiment: null,
  };
}
