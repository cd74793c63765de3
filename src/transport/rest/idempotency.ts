import { createHash } from 'node:crypto';
import { InputError } from '../../canonical/errors.ts';
import { HttpError } from '../http/respond.ts';
import type { RestAnswer, StreamedAnswer } from './exchange.ts';
import type { Claim, Replay, SharedAnswers } from './shared-answers.ts';

/** Milliseconds for which an answer is kept. */
const KEPT_MS = 60 * 60 * 1_000;
const MAX_ANSWERS = 10_000;
/** All kept answers together, in characters. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
/** A longer answer is not kept. */
const MAX_ANSWER_CHARACTERS = 16 * 1024 * 1024;
const MAX_KEY_LENGTH = 255;

export interface IdempotentRequest {
  app: string;
  path: string;
  /** The header `Idempotency-Key`. */
  key: string;
  body: Buffer;
  signal: AbortSignal;
}

interface Kept {
  bodyHash: string;
  /** Null when the first request came to no answer: whoever waits for it asks by itself. */
  answer: Promise<Replay | null>;
  characters: number;
  expiresAt: number;
}

/**
 * The same key and body of the same app gets the same answer, and is paid once: while the first is under way the
 * second waits for it, afterwards it is kept for an hour. What failed is not kept, so that it can be tried again.
 * In the memory of this instance, bounded; the oldest go first. Where instances share answers, it holds over all.
 */
export class IdempotentAnswers {
  readonly #kept = new Map<string, Kept>();
  readonly #shared: SharedAnswers | null;
  #characters = 0;

  /** @param shared with other instances; null for none */
  constructor(shared: SharedAnswers | null) {
    this.#shared = shared;
  }

  /** @throws InputError; HttpError 422 when the key was used with another body */
  async once(request: IdempotentRequest, ask: () => RestAnswer | Promise<RestAnswer>): Promise<RestAnswer> {
    if (request.key === '' || request.key.length > MAX_KEY_LENGTH) throw new InputError('idempotency-key', `expected 1 to ${MAX_KEY_LENGTH} characters.`);
    const id = JSON.stringify([request.app, request.path, request.key]);
    const bodyHash = createHash('sha256').update(request.body).digest('base64');
    for (;;) {
      this.#sweep();
      const kept = this.#kept.get(id);
      if (kept === undefined) return this.#first(id, bodyHash, ask, request.signal);
      if (kept.bodyHash !== bodyHash) throw otherBody();
      const replay = await unlessAborted(kept.answer, request.signal);
      if (replay !== null) return again(replay);
    }
  }

  async #first(id: string, bodyHash: string, ask: () => RestAnswer | Promise<RestAnswer>, signal: AbortSignal): Promise<RestAnswer> {
    const { promise, resolve } = Promise.withResolvers<Replay | null>();
    const kept: Kept = { bodyHash, answer: promise, characters: 0, expiresAt: Infinity };
    this.#kept.set(id, kept);
    let claim: Claim | null = null;
    const failed = (): void => {
      claim?.failed();
      if (this.#kept.get(id) === kept) this.#kept.delete(id);
      resolve(null);
    };
    const succeeded = (replay: Replay): void => {
      claim?.succeeded(replay, KEPT_MS);
      kept.characters = replay.body.length;
      kept.expiresAt = Date.now() + KEPT_MS;
      this.#characters += replay.body.length;
      resolve(replay);
    };
    try {
      const found = (await this.#shared?.claim(id, bodyHash, signal)) ?? null;
      if (found === 'other body') throw otherBody();
      if (found !== null && 'body' in found) {
        succeeded(found);
        return again(found);
      }
      claim = found;
      const answer = await ask();
      if (answer.kind === 'stream') return { ...answer, frames: recorded(answer, succeeded, failed) };
      if (answer.body.length > MAX_ANSWER_CHARACTERS) failed();
      else succeeded({ status: answer.status, headers: answer.headers, body: answer.body, stream: false, trailers: {} });
      return answer;
    } catch (error) {
      failed();
      throw error;
    }
  }

  /** Those under way stay: somebody may be waiting for them. */
  #sweep(): void {
    const now = Date.now();
    for (const [id, kept] of this.#kept) {
      if (kept.expiresAt > now && this.#kept.size < MAX_ANSWERS && this.#characters <= MAX_CHARACTERS) return;
      if (kept.expiresAt === Infinity) continue;
      this.#kept.delete(id);
      this.#characters -= kept.characters;
    }
  }
}

function otherBody(): HttpError {
  return new HttpError(422, new InputError('idempotency-key', 'was used with another body; use a new key for another request.'));
}

/** The frames, and at their end what they were together; an answer that ends in an error is none. */
async function* recorded(answer: StreamedAnswer, succeeded: (replay: Replay) => void, failed: () => void): AsyncGenerator<string> {
  const frames: string[] = [];
  let characters = 0;
  let complete = false;
  try {
    for await (const frame of answer.frames) {
      characters += frame.length;
      if (characters <= MAX_ANSWER_CHARACTERS) frames.push(frame);
      else frames.length = 0;
      yield frame;
    }
    const trailers = answer.trailers();
    complete = trailers !== null && characters <= MAX_ANSWER_CHARACTERS;
    if (complete && trailers !== null) succeeded({ status: 200, headers: answer.headers, body: frames.join(''), stream: true, trailers });
  } finally {
    if (!complete) failed();
  }
}

function again({ status, headers, body, stream, trailers }: Replay): RestAnswer {
  const told = { ...headers, 'x-kanon-replayed': 'true' };
  if (!stream) return { kind: 'whole', status, headers: told, body };
  return { kind: 'stream', headers: told, frames: pieces(body), trailers: () => trailers };
}

async function* pieces(body: string): AsyncGenerator<string> {
  yield body;
}

/** @throws the signal's reason, should it come first */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
