import type { AttemptRecord, MaskedCount } from '../canonical/call.ts';
import type { JsonObject } from '../canonical/chat.ts';
import type { Operation, SentimentLabel } from '../canonical/results.ts';
import { toNano, toUsd } from './money.ts';
import type { PriceSnapshot } from '../canonical/price.ts';
import type { CallOutcome, CallRecord } from './record.ts';
import type { CallRow } from './store/tables.ts';

/** A call as it is stored; its payload goes another way. */
export function toRow(call: CallRecord): CallRow {
  const { principal, usage, cost, sentiment } = call;
  return {
    id: call.id,
    started_at: whole(call.startedAt.getTime()),
    duration_ms: finite(call.durationMs),
    first_token_ms: call.timeToFirstTokenMs === null ? null : finite(call.timeToFirstTokenMs),
    operation: call.operation,
    model: call.model,
    provider: clean(call.provider),
    target_model: clean(call.targetModel),
    outcome: call.outcome,
    error_code: call.errorCode,
    cached: call.cached ? 1 : 0,
    streamed: call.streamed ? 1 : 0,
    key_id: clean(principal.keyId),
    app: clean(principal.app),
    user_name: clean(principal.user),
    team: clean(principal.team),
    request_id: clean(call.requestId) ?? '',
    input: whole(usage.input),
    output: whole(usage.output),
    cached_input: whole(usage.cachedInput),
    cache_write: whole(usage.cacheWrite),
    reasoning: whole(usage.reasoning),
    audio_input: whole(usage.audioInput),
    audio_output: whole(usage.audioOutput),
    image_input: whole(usage.imageInput),
    usage_reported: usage.reported ? 1 : 0,
    service_tier: clean(usage.serviceTier ?? null),
    cost_nano: cost.usd === null || !Number.isFinite(cost.usd) ? null : Math.min(toNano(cost.usd), MOST),
    price: cost.price === null ? null : priceText(cost.price),
    attempts: JSON.stringify(call.attempts),
    masked: listText(call.masked),
    warnings: listText(call.warnings),
    metadata: call.metadata === null ? null : JSON.stringify(call.metadata),
    sentiment_label: sentiment?.label ?? null,
    sentiment_score: sentiment === null ? null : finite(sentiment.score),
    sentiment_confidence: sentiment === null ? null : finite(sentiment.confidence),
  };
}

/** A target has one price for all its calls. */
const priceTexts = new WeakMap<PriceSnapshot, string>();

function priceText(price: PriceSnapshot): string {
  let text = priceTexts.get(price);
  if (text === undefined) {
    text = JSON.stringify(price);
    priceTexts.set(price, text);
  }
  return text;
}

/** Most are empty. */
function listText(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

// One value that a column does not take would refuse the whole group of calls that are committed together, and what
// vendors count and callers are named is not ours to choose.

/** So large that nothing true is cut, and small enough that sums do not overflow. */
const MOST = 1e15;

function whole(value: number): number {
  return value > 0 ? Math.min(Math.round(value), MOST) : 0;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** PostgreSQL's text holds no NUL. */
function clean(text: string | null): string | null {
  return text === null || !text.includes('\0') ? text : text.replaceAll('\0', '');
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
      audioInput: row.audio_input,
      audioOutput: row.audio_output,
      imageInput: row.image_input,
      reported: row.usage_reported === 1,
      ...(row.service_tier !== null && { serviceTier: row.service_tier }),
    },
    cost: {
      usd: row.cost_nano === null ? null : toUsd(row.cost_nano),
      price: row.price === null ? null : (JSON.parse(row.price) as PriceSnapshot),
    },
    masked: JSON.parse(row.masked) as MaskedCount[],
    warnings: JSON.parse(row.warnings) as string[],
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as JsonObject),
    sentiment:
      row.sentiment_label === null
        ? null
        : { label: row.sentiment_label as SentimentLabel, score: row.sentiment_score ?? 0, confidence: row.sentiment_confidence ?? 0 },
  };
}
