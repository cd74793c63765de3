import type { StoreMethod } from './messages.ts';
import type { Store } from './store.ts';

/** A store to ask, on whichever thread it is. */
export interface AskStore {
  ask<M extends StoreMethod>(method: M, ...args: Parameters<Store[M]>): Promise<Awaited<ReturnType<Store[M]>>>;
}

/** A store of this thread: for the command line, where a thread of its own would only cost time. */
export function askHere(store: Store): AskStore {
  return {
    ask: <M extends StoreMethod>(method: M, ...args: Parameters<Store[M]>) =>
      invoke(store, method, args) as Promise<Awaited<ReturnType<Store[M]>>>,
  };
}

/** Calls a method by its name; the types of whoever asks tie the arguments and the result to it. */
export function invoke(store: Store, method: StoreMethod | 'close', args: readonly unknown[]): Promise<unknown> {
  const run = store[method] as (...args: unknown[]) => Promise<unknown>;
  return run.apply(store, [...args]);
}
