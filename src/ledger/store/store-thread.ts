import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { AskStore } from './ask.ts';
import { fromPlain, StoreError, type StoreMethod, type StoreReply, type StoreRequest, type ThreadOptions } from './messages.ts';
import type { Store } from './store.ts';

/** Milliseconds that a start may take: a migration of a large database is in it. */
const START_MS = 600_000;
/** Milliseconds that closing may take: what is durable stays so when the thread is ended. */
const CLOSE_MS = 5_000;
/** Milliseconds that an answer may take. */
const ANSWER_MS = 60_000;
/** Milliseconds after which a thread that failed is started anew. */
const AGAIN_MS = 1_000;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** The store on another thread, asked by messages. It starts when it is first asked, and anew when it has failed. */
export class StoreThread implements AskStore {
  readonly #options: ThreadOptions;
  readonly #notice: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker> | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #lastId = 0;

  /** @param notice is told what an operator should know */
  constructor(options: ThreadOptions, notice: (text: string) => void) {
    this.#options = options;
    this.#notice = notice;
  }

  /** @throws KanonError when the data folder is in use; StoreError when the database cannot be opened */
  async start(): Promise<void> {
    await this.#running();
  }

  /** @throws KanonError, StoreError */
  async ask<M extends StoreMethod>(method: M, ...args: Parameters<Store[M]>): Promise<Awaited<ReturnType<Store[M]>>> {
    const worker = await this.#running();
    // The other side answers with what the method returned.
    return (await this.#send(worker, method, args)) as Awaited<ReturnType<Store[M]>>;
  }

  /** Closes the database after all that was asked before, and ends the thread. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const worker = await this.#worker?.catch(() => null);
    if (worker !== null && worker !== undefined) {
      const patience = new AbortController();
      const late = sleep(CLOSE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([this.#send(worker, 'close', []).catch(() => undefined), late]);
      patience.abort();
      await worker.terminate();
    }
    this.#rejectAll(new StoreError('The ledger is closed.'));
  }

  #running(): Promise<Worker> {
    if (this.#closed) return Promise.reject(new StoreError('The ledger is closed.'));
    if (this.#worker === null && performance.now() - this.#failedAt < AGAIN_MS) {
      return Promise.reject(new StoreError("The ledger's thread has failed and is started anew in a moment."));
    }
    this.#worker ??= this.#spawn();
    return this.#worker;
  }

  async #spawn(): Promise<Worker> {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: this.#options,
      name: `ledger-${this.#options.role}`,
      // Rows come and go: a young generation of the default size only takes memory.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
      // Not what the main thread was started with, but what this one needs.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    worker.on('message', (reply: StoreReply) => this.#answered(reply));
    worker.on('error', (error) => this.#failed(`The ledger's thread failed: ${error.message}`));
    worker.on('exit', () => this.#failed("The ledger's thread has ended."));
    try {
      await new Promise((resolve, reject) => this.#await(0, resolve, reject, START_MS));
      return worker;
    } catch (error) {
      this.#worker = null;
      this.#failedAt = performance.now();
      await worker.terminate();
      throw error;
    }
  }

  #send(worker: Worker, method: StoreRequest['method'], args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#await(id, resolve, reject, ANSWER_MS);
      const request: StoreRequest = { id, method, args };
      worker.postMessage(request, []);
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

  /** Told by `error`, and by the `exit` that follows it. */
  #failed(message: string): void {
    if (this.#closed || this.#worker === null) return;
    this.#worker = null;
    this.#failedAt = performance.now();
    this.#notice(message);
    this.#rejectAll(new StoreError(message));
  }

  #rejectAll(error: StoreError): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
