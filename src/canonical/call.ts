import type { JsonObject } from './chat.ts';
import type { Operation } from './results.ts';
import type { TraceSpan } from './trace.ts';
import type { Cost, TokenUsage } from './usage.ts';

/** Who calls. */
export interface Principal {
  /** The id of the API key; null for a JWT, or where the gateway is open. */
  keyId: string | null;
  /** The tenant: part of every cache key, owner of uploads. */
  app: string;
  user: string | null;
  team: string | null;
  /** What it may do: its own scopes within those of its policy. `*` allows all. */
  scopes: readonly string[];
  /** Public names of the models that it may ask; null for all. */
  models: readonly string[] | null;
  /** The policy of the config that holds for its calls. */
  policy: string;
}

/** Whether a principal may ask a model. */
export function mayAsk(principal: Principal, model: string): boolean {
  return principal.models === null || principal.models.includes(model);
}

/** Who goes first where calls wait for a target: those that a person waits for. */
export type Priority = 'INTERACTIVE' | 'BATCH';

/** One request to one target, as it is told to callers and kept in the ledger. */
export interface AttemptRecord {
  provider: string;
  targetModel: string;
  outcome: 'OK' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';
  /** Milliseconds. */
  durationMs: number;
  /** Why the target was left; null when it answered. */
  reason: string | null;
  /** What the vendor counted; of an attempt that was lost, what it probably did. Absent where it did nothing. */
  usage?: TokenUsage;
  /** What that costs: a part of the call's cost, also of an attempt that was lost. */
  cost?: Cost;
}

/** How far a caller wants kept answers, where a model has them. */
export interface CacheWish {
  /** Whether a kept answer will do. */
  lookUp: boolean;
  /** Whether the answer may be kept for others. */
  keep: boolean;
  /** Milliseconds: an older one will not do. */
  maxAgeMs: number;
}

/** What has come of looking for a kept answer: `bypass` where it was not looked for. */
export interface CacheLook {
  outcome: 'hit' | 'miss' | 'bypass';
  /** Milliseconds since it was given; 0 where there was none. */
  ageMs: number;
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

/** The calls of one operation of a caller, reserved together before the first of them begins. */
export interface CallPlan {
  /**
   * Takes the next planned call of that kind, once all that are planned are reserved.
   * @returns the id that it is reserved under; null for one that was not planned
   * @throws KanonError when a limit cannot carry them all
   */
  claim(operation: Operation, model: string): Promise<string | null>;
}

/** What one request of a caller gives to every call that it causes. */
export interface CallContext {
  /** The id of the one call that follows, where the caller has to know it before; else it gets one of its own. */
  callId?: string;
  principal: Principal;
  /** Aborted when the caller goes away or its deadline runs out. */
  signal: AbortSignal;
  /** As in the log. */
  requestId: string;
  metadata: JsonObject | null;
  /** When the caller's own deadline runs out, as `performance.now()` counts (ms). */
  endsAt?: number;
  /** INTERACTIVE where it is not said. */
  priority?: Priority;
  /** Where it is not said, a kept answer will do, and this one may be kept. */
  cache?: CacheWish;
  /** The caller can be told that an answer begins anew; where it is not said, such an answer ends in an error. */
  acceptsRestart?: boolean;
  /** What the caller is to be told of its calls, known before they begin. */
  warnings?: readonly string[];
  /** The work that the calls are a part of; absent where nothing is traced. */
  trace?: TraceSpan;
  /** Where it is known beforehand which calls follow. */
  plan?: CallPlan;
  /** Told, before an answer begins, of each model whose answers are kept. */
  onLookedUp?: (look: CacheLook) => void;
  /** Told of every call that ends, whatever its end: a failed call may have cost something too. */
  onSettled?: (meta: CallMeta) => void;
}
