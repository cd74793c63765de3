import type { JsonObject } from './chat.ts';
import type { Cost, TokenUsage } from './usage.ts';

/** Who calls. */
export interface Principal {
  /** The id of the API key; null for a JWT, or where the gateway is open. */
  keyId: string | null;
  /** The tenant: part of every cache key, owner of uploads. */
  app: string;
  user: string | null;
  team: string | null;
  /** `*` allows all. */
  scopes: readonly string[];
}

/** One request to one target, as it is told to callers and kept in the ledger. */
export interface AttemptRecord {
  provider: string;
  targetModel: string;
  outcome: 'OK' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';
  /** Milliseconds. */
  durationMs: number;
  /** Why the target was left; null when it answered. */
  reason: string | null;
}

export interface MaskedCount {
  kind: string;
  count: number;
}

/** How an answer came about. */
export interface CallMeta {
  id: string;
  model: string;
  provider: string;
  targetModel: string;
  usage: TokenUsage;
  cost: Cost;
  /** Milliseconds. */
  durationMs: number;
  /** Milliseconds; null for what is answered whole. */
  timeToFirstTokenMs: number | null;
  cached: boolean;
  attempts: AttemptRecord[];
  masked: MaskedCount[];
  warnings: string[];
}

/** What one request of a caller gives to every call that it causes. */
export interface CallContext {
  principal: Principal;
  /** Aborted when the caller goes away or its deadline runs out. */
  signal: AbortSignal;
  /** As in the log. */
  requestId: string;
  metadata: JsonObject | null;
  /** What the caller is to be told of its calls, known before they begin. */
  warnings?: readonly string[];
  /** Told of every call that ends, whatever its end: a failed call may have cost something too. */
  onSettled?: (meta: CallMeta) => void;
}
