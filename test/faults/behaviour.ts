import type { JsonObject } from '../../src/canonical/chat.ts';

/** Tokens that a fake vendor reports. What is left out is counted or zero. */
interface FakeUsage {
  input?: number;
  output?: number;
  cachedInput?: number;
  cacheWrite?: number;
  reasoning?: number;
  audioInput?: number;
  audioOutput?: number;
  imageInput?: number;
  webSearches?: number;
}

export interface FakeToolCall {
  id?: string;
  name: string;
  arguments: JsonObject | string;
}

/** What the vendor says when all goes well, in no vendor's words. */
export interface Answer {
  /** The text; an array is delivered in exactly these pieces when streamed. */
  text?: string | readonly string[];
  toolCalls?: readonly FakeToolCall[];
  refusal?: string;
  /** Thinking before the answer; only vendors that show it send it. */
  reasoning?: { text: string; signature: string };
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal';
  usage?: FakeUsage;
  /** How the vendor says that it served the request; what was asked for, if left out. */
  serviceTier?: 'default' | 'flex' | 'priority' | 'standard' | 'batch';
  /** Blocks of Anthropic's own, as they are, before all else: what its tools did, texts with citations. */
  blocks?: readonly JsonObject[];
  /** What OpenAI's model found on the web. */
  annotations?: readonly { type: 'url_citation'; url_citation: { start_index: number; end_index: number; title: string; url: string } }[];
  /** As the vendor's word, where none of the others says it: `pause_turn`. */
  stopReason?: string;
  /** What the vendor's own tools ran in. */
  container?: JsonObject;
  /** The model that the vendor says has answered; the one asked for if left out. */
  model?: string;
  /** Vectors of an embedding request, one a text; made up from the texts if left out. */
  vectors?: readonly (readonly number[])[];
}

/** Milliseconds that the vendor takes. */
export interface Delays {
  beforeHeadersMs?: number;
  beforeFirstTokenMs?: number;
  betweenTokensMs?: number;
}

/**
 * What the vendor does wrong. A "token" is one content delta of a stream: text, refusal, thinking or a piece of a
 * tool call's arguments. A whole answer takes cut and stall as half of its body.
 */
export type Fault =
  /** Answers with an error status in the vendor's shape; `error` overrides fields of it, `body` all of it. */
  | { kind: 'status'; status: number; error?: JsonObject; body?: string; headers?: Record<string, string> }
  /** Breaks the connection before any byte of an answer. */
  | { kind: 'resetBeforeHeaders' }
  /** Takes the request and never answers. */
  | { kind: 'neverAnswer' }
  /** Breaks the connection. */
  | { kind: 'cut'; afterTokens: number }
  /** Ends the connection in good order, as if that were all. */
  | { kind: 'endEarly'; afterTokens: number }
  /** Goes silent with the connection open. */
  | { kind: 'stall'; afterTokens: number }
  /** Sends broken JSON in place of one token (the first is 1). */
  | { kind: 'garble'; token: number }
  /** Sends the vendor's error event in mid-stream and ends. */
  | { kind: 'errorEvent'; afterTokens: number; error?: JsonObject }
  /** Leaves out the vendor's last event. */
  | { kind: 'noTerminator' }
  /** Leaves out all usage. */
  | { kind: 'noUsage' }
  /** Keeps the connection open after the last event. */
  | { kind: 'neverClose' }
  /** Answers with these bytes, each piece written by itself. */
  | { kind: 'raw'; contentType: string; pieces: readonly (string | Uint8Array)[] };

export interface Behaviour {
  answer: Answer;
  delays: Delays;
  faults: readonly Fault[];
}

/** Everything a script may leave out has a default: an answer without fault or delay. */
export type PartialBehaviour = Partial<Behaviour>;

/** A good answer. */
export function answers(answer: Answer | string, delays: Delays = {}): PartialBehaviour {
  return { answer: typeof answer === 'string' ? { text: answer } : answer, delays };
}

/** `count` short tokens of text, `w1 w2 ...`, each with a delay of `betweenTokensMs`. */
export function tokens(count: number, delays: Delays = {}, answer: Answer = {}): PartialBehaviour {
  return { answer: { text: tokenPieces(count), ...answer }, delays };
}

/** The pieces that `tokens` delivers; joined they are the complete answer. */
export function tokenPieces(count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? 'w1' : ` w${index + 1}`));
}

/** Adds faults to a behaviour. */
export function withFaults(behaviour: PartialBehaviour, ...faults: readonly Fault[]): PartialBehaviour {
  return { ...behaviour, faults: [...(behaviour.faults ?? []), ...faults] };
}

/** An error status; what the body says is up to the vendor, by the status. */
export function failsWith(
  status: number,
  options: { error?: JsonObject; body?: string; headers?: Record<string, string> } = {},
): PartialBehaviour {
  return { faults: [{ kind: 'status', status, ...options }] };
}

/** 429, with a Retry-After header of so many seconds (or an HTTP date) if given. */
export function rateLimited(retryAfter?: number | string): PartialBehaviour {
  return failsWith(429, retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } });
}

export const resetsBeforeHeaders: PartialBehaviour = { faults: [{ kind: 'resetBeforeHeaders' }] };
export const neverAnswers: PartialBehaviour = { faults: [{ kind: 'neverAnswer' }] };
