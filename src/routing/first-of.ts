import { AbortedError, KanonError, type ErrorCode } from '../canonical/errors.ts';
import { UpstreamFailure } from '../canonical/failure.ts';

export interface FirstOfOptions<T> {
  /** Milliseconds after which the next is started beside those that run; it is started at once when all have failed. */
  afterMs: number;
  signal: AbortSignal;
  /** Frees what came too late. */
  discard: (value: T) => void;
  /** A failure that no other way can mend, so that none is tried. */
  isFinal: (error: unknown) => boolean;
}

/**
 * Starts several ways to the same end, and takes the first that arrives. The others are aborted, and have ended when
 * this returns.
 * @param starts at least one; each must follow its signal at once
 * @throws what the last one threw, when all failed, or what is final; AbortedError when the caller left
 */
export async function firstOf<T>(starts: readonly ((signal: AbortSignal) => Promise<T>)[], { afterMs, signal, discard, isFinal }: FirstOfOptions<T>): Promise<T> {
  const controllers: AbortController[] = [];
  const abortAll = (reason: unknown, but?: AbortController): void => {
    for (const controller of controllers) if (controller !== but) controller.abort(reason);
  };
  // The winner goes on after this returns, and has to learn all the same when the caller leaves.
  signal.addEventListener('abort', () => abortAll(signal.reason), { once: true });
  const running: Promise<void>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let started = 0;
  let failed = 0;
  let winner: { value: T } | null = null;

  const promise = new Promise<T>((resolve, reject) => {
    const run = async (start: (signal: AbortSignal) => Promise<T>, own: AbortController): Promise<void> => {
      try {
        const value = await start(own.signal);
        if (winner === null) {
          winner = { value };
          abortAll(new UpstreamFailure('unavailable', 'another target was faster'), own);
          resolve(value);
        } else discard(value);
      } catch (error) {
        if (winner !== null) return;
        failed++;
        if (error instanceof AbortedError || isFinal(error) || failed === starts.length) reject(error);
        else if (failed === started) startNext();
      }
    };
    const startNext = (): void => {
      clearTimeout(timer);
      const start = starts[started];
      if (start === undefined || winner !== null) return;
      if (signal.aborted) {
        reject(new AbortedError(signal.reason));
        return;
      }
      started++;
      const own = new AbortController();
      controllers.push(own);
      running.push(run(start, own));
      if (started < starts.length) {
        if (afterMs === 0) startNext();
        else timer = setTimeout(startNext, afterMs);
      }
    };
    startNext();
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    if (winner === null) abortAll(new UpstreamFailure('unavailable', 'no longer needed'));
    await Promise.all(running);
  }
}

/** Another vendor must not be asked what one has refused, and broken media is broken everywhere. */
export function isFinalForHedge(error: unknown): boolean {
  return error instanceof KanonError && FINAL.has(error.code);
}

const FINAL: ReadonlySet<string> = new Set<ErrorCode>(['CONTENT_FILTERED', 'MEDIA_UNSUPPORTED', 'MEDIA_TOO_LARGE']);
