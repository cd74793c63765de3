import type { AttemptRecord, MaskedCount } from '../canonical/call.ts';
import type { JsonObject } from '../canonical/chat.ts';
import type { Operation, SentimentScore } from '../canonical/results.ts';
import type { TokenUsage } from '../canonical/usage.ts';
import type { PriceSnapshot } from '../canonical/price.ts';

export type CallOutcome = 'OK' | 'ERROR' | 'ABORTED';

/** Who called, as far as it is known. */
export interface CallPrincipal {
  keyId: string | null;
  app: string | null;
  user: string | null;
  team: string | null;
}

/** What was said. */
export interface SaidTexts {
  prompt: string;
  answer: string;
}

/** What was said, in masked form. Stored encrypted or not at all. */
export interface CallPayload extends SaidTexts {
  /** The same as the caller said and read it; absent where it is not kept, or is no different. No list and no `call` has it. */
  original?: SaidTexts;
  /** As they left, in the order in which they did. No list and no `call` has them. */
  pictures?: readonly SentPicture[];
  /** Milliseconds from the begin of the call on; without it as long as all payloads. Not given back. */
  keepMs?: number;
}

/** A picture as it was sent to a vendor. */
export interface SentPicture {
  /** Which picture of the request, from 0; one that was sent in several forms is there as often. */
  index: number;
  mediaType: string;
  /** Pixels. */
  width: number;
  height: number;
  /** Bytes. */
  size: number;
  /** Null where they are more than is kept. */
  bytes: Uint8Array | null;
}

/** A picture that was sent, without its bytes. */
export interface KeptPicture extends Omit<SentPicture, 'bytes'> {
  /** Its place among the pictures that the call has sent, from 0. */
  place: number;
  /** Whether its bytes are kept. */
  kept: boolean;
}

/** One operation asked of one model: one row of the ledger. */
export interface CallRecord {
  /** UUID of version 7, made by the caller: recording the same id twice keeps the first. */
  id: string;
  startedAt: Date;
  /** Milliseconds. */
  durationMs: number;
  /** Milliseconds; null for what is answered whole. */
  timeToFirstTokenMs: number | null;
  operation: Operation;
  /** The public model that was asked. */
  model: string;
  /** Who answered; null when nobody did. */
  provider: string | null;
  targetModel: string | null;
  outcome: CallOutcome;
  /** The code that the caller saw; null when all went well. */
  errorCode: string | null;
  /** Answered from the cache. */
  cached: boolean;
  streamed: boolean;
  principal: CallPrincipal;
  /** As in the log. */
  requestId: string;
  attempts: AttemptRecord[];
  usage: TokenUsage;
  cost: CallCost;
  masked: MaskedCount[];
  warnings: string[];
  metadata: JsonObject | null;
  /** What a sentiment call has answered; null for all others. */
  sentiment: SentimentScore | null;
  payload?: CallPayload;
}

export interface CallCost {
  /** USD, kept to the nano-USD (1e-9); null where the price was not known: never zero for that. */
  usd: number | null;
  /** The price that `usd` was computed with. */
  price: PriceSnapshot | null;
}

/** Only calls that fit all that is given. Times: `from` is included, `to` is not. */
export interface CallFilter {
  app?: string;
  user?: string;
  team?: string;
  keyId?: string;
  model?: string;
  provider?: string;
  operation?: Operation;
  outcome?: CallOutcome;
  errorCode?: string;
  from?: Date;
  to?: Date;
}

export interface CallsQuery {
  filter: CallFilter;
  /** Rows of the page, 1 to 1,000. */
  first: number;
  /** A cursor that `callCursor` made; the page begins after it. Null: the newest. */
  after: string | null;
}

export interface CallPage {
  /** Newest first. */
  rows: CallRecord[];
  hasNextPage: boolean;
}

export const USAGE_DIMENSIONS = ['APP', 'USER', 'TEAM', 'KEY', 'MODEL', 'PROVIDER', 'OPERATION', 'DAY', 'HOUR'] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export interface UsageFilter {
  app?: string;
  user?: string;
  team?: string;
  keyId?: string;
  model?: string;
  provider?: string;
  operation?: Operation;
}

/** Usage is kept by the hour (UTC): `from` is rounded down and `to` up to the full hour. */
export interface UsageQuery {
  by: readonly UsageDimension[];
  from: Date;
  to: Date;
  filter?: UsageFilter;
}

/** One group. A dimension that was not asked for is null, as is one that the calls of the group do not have. */
export interface UsageRow {
  app: string | null;
  user: string | null;
  team: string | null;
  keyId: string | null;
  model: string | null;
  provider: string | null;
  operation: Operation | null;
  /** ISO 8601 date, UTC. */
  day: string | null;
  /** ISO 8601 time of the begin of the hour, UTC. */
  hour: string | null;
  calls: number;
  /** Calls with the outcome ERROR. */
  errors: number;
  /** Calls that the caller left. */
  aborted: number;
  /** Sums of tokens; see TokenUsage for what includes what. */
  input: number;
  output: number;
  cachedInput: number;
  cacheWrite: number;
  reasoning: number;
  audioInput: number;
  audioOutput: number;
  imageInput: number;
  /** USD, the sum over the calls whose cost is known. */
  costUsd: number;
  callsWithUnknownCost: number;
  /** Calls whose tokens are this gateway's estimate. */
  callsWithEstimatedUsage: number;
}
