import type { TokenUsage } from './usage.ts';

/**
 * What went wrong at a target. A provider derives the kind once from the vendor's answer; routing decides
 * by the kind alone where to go next, and nobody else looks at a vendor's status or message.
 */
export type FailureKind =
  /** 429: too many requests, or a quota that refills. */
  | 'rate_limited'
  /** 5xx, or the vendor says that it is overloaded. */
  | 'server'
  /** No connection, or one that broke before an answer began. */
  | 'connection'
  /** A deadline of the route ran out: connect, first token, idle or total. */
  | 'timeout'
  /** The stream ended without its terminator. */
  | 'cut'
  /** An answer that is not of the vendor's format. */
  | 'garbled'
  /** 401 or 403: the key is not accepted. */
  | 'auth'
  /** 404: the vendor knows no such model. */
  | 'unknown_model'
  /** The request is longer than the model's window. */
  | 'context_length'
  /** The vendor refuses the content before answering. */
  | 'content'
  /** 4xx for any other reason: the same request can never succeed on this target. */
  | 'bad_request'
  /** The target cannot do what is asked (no images, no tools), known without asking it. */
  | 'unsupported'
  /** This gateway has no room for the target: queue full, worker gone, package missing. */
  | 'unavailable';

/** Letters of a vendor's refusal that are passed on. */
const MOST_OF_REFUSAL = 500;

/** An attempt on one target failed. Never shown to a caller as it is: the vendor's message may hold content. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly kind: FailureKind;
  /** HTTP status of the vendor's answer, where there was one. */
  readonly status: number | undefined;
  /** Milliseconds that the vendor asks to wait (Retry-After). */
  readonly retryAfterMs: number | undefined;
  /** Why the vendor refuses the content, in its own words: the only ones of a vendor that reach a caller. */
  readonly refusal: string | undefined;
  /** What the vendor counted for an answer that is of no use. */
  readonly usage: TokenUsage | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { status?: number | undefined; retryAfterMs?: number | undefined; refusal?: string | undefined; usage?: TokenUsage | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.usage = options.usage;
    this.refusal = kind === 'content' && options.refusal !== '' ? options.refusal?.slice(0, MOST_OF_REFUSAL) : undefined;
  }
}
