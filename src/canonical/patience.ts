/** Milliseconds between two looks. */
const LOOK_MS = 5;

/** Waited for in vain. */
export class Late extends Error {
  override readonly name = 'Late';

  /** @param what that did not come, as the begin of a sentence */
  constructor(what: string, ms: number) {
    super(`${what} did not answer within ${ms} ms.`);
  }
}

/**
 * Waits for an answer from another process. Time counts only in turns of the event loop: while this thread is busy an
 * answer may lie here unread, and that is no fault of who gave it. On a free thread it is as exact as a timer.
 * @param ms how long, at least 5
 * @throws Late
 */
export function withPatience<T>(what: string, ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let looks = Math.ceil(ms / LOOK_MS);
    const look = (): void => {
      looks -= 1;
      // After a timer the loop reads what has come.
      if (looks > 0) timer = setTimeout(look, LOOK_MS);
      else setImmediate(() => reject(new Late(what, ms)));
    };
    let timer = setTimeout(look, LOOK_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
