import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fromPlain, StoreError, type StoreMethod, type StoreReply, type StoreRequest, type ThreadOptions } from './messages.ts';
import type { Store } from './store.ts';

/** Milliseconds that a start may take: a migration of a large database is in it. */
const START_MS = 600_000;
/** Milliseconds that closing may take: what is durable stays so when the thread is ended. */
const CLOSE_MS = 5_000;
/** Milliseconds that an answer may take. */
const ANSWER_MS = 60_000;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** The store of another thread, asked by messages. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  readonly #notice: (text: string) => void;
  #ended: Error | null = null;

  private constructor(options: ThreadOptions, notice: (text: string) => void) {
    this.#notice = notice;
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: options,
      name: `ledger-${options.role}`,
      // Not what the main thread was started with, but what this one needs.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (reply: StoreReply) => this.#answered(reply));
    this.#worker.on('error', (error) => this.#end(new StoreError(`The ledger's thread failed: ${error.message}`)));
    this.#worker.on('exit', () => this.#end(new StoreError("The ledger's thread has ended.")));
  }

  /**
   * @param notice is told what an operator should know
   * @throws KanonError when the data folder is in use; StoreError when the database cannot be opened
   */
  static async start(options: ThreadOptions, notice: (text: string) => void): Promise<StoreThread> {
    const thread = new StoreThread(options, notice);
    try {
      await new Promise((resolve, reject) => thread.#await(0, resolve, reject, START_MS));
      return thread;
    } catch (error) {
      await thread.#worker.terminate();
      throw error;
    }
  }

  /** False after the thread has ended for whatever reason. */
  get alive(): boolean {
    return this.#ended === null;
  }

  /** @throws KanonError, StoreError */
  ask<M extends StoreMethod>(method: M, ...args: Parameters<Store[M]>): Promise<Awaited<ReturnType<Store[M]>>> {
    // The other side answers with what the method returned.
    return this.#send(method, args) as Promise<Awaited<ReturnType<Store[M]>>>;
  }

  /** Closes the database after all that was asked before, and ends the thread. */
  async close(): Promise<void> {
    const patience = new AbortController();
    const late = sleep(CLOSE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    if (this.#ended === null) await Promise.race([this.#send('close', []), late]);
    patience.abort();
    this.#end(new StoreError('The ledger is closed.'));
    await this.#worker.terminate();
  }

  #send(method: StoreRequest['method'], args: readonly unknown[]): Promise<unknown> {
    const ended = this.#ended;
    if (ended !== null) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#await(id, resolve, reject, ANSWER_MS);
      const request: StoreRequest = { id, method, args };
      this.#worker.postMessage(request, []);
    });
  }

  #await(id: number, resolve: Waiting['resolve'], reject: Waiting['reject'], deadlineMs: number): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      reject(new StoreError(`The ledger did not answer within ${deadlineMs} ms.`));
    }, deadlineMs);
    this.#waiting.set(id, { resolve, reject, timer });
  }

  #answered(reply: StoreReply): void {
    if ('notice' in reply) {
      this.#notice(reply.notice);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if ('error' in reply) waiting.reject(fromPlain(reply.error));
    else waiting.resolve(reply.value);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#waiting.clear();
  }
}
