import { AbortedError } from '../../../canonical/errors.ts';
import { UpstreamFailure } from '../../../canonical/failure.ts';
import type { Log } from '../../../telemetry/log.ts';
import { fromWire, type WorkerJobs, type WorkerMessage } from './protocol.ts';
import { WorkerProcess } from './worker-process.ts';

export type { WorkerJobs } from './protocol.ts';

export interface WorkerHostOptions {
  /** For the log and for messages: `local text`. */
  name: string;
  /** The child's script, which calls `serveJobs`. */
  script: URL;
  log: Log;
  /** Jobs that the child works on at once. Default 1. */
  concurrency?: number;
  /** Jobs that may wait; one more is refused. Default 64. */
  maxQueue?: number;
  /** Resident memory in MB above which the child is replaced once its jobs are done. Default 1500. */
  maxMemoryMb?: number;
  /** Longest time of one job in ms, from its start in the child; then the child is killed. Default 120,000. */
  jobTimeoutMs?: number;
  /** Longest time in ms from the start of the process until it takes jobs. Default 30,000. */
  startTimeoutMs?: number;
  /** How long in ms an aborted job may still hold the child before the child is killed. Default 10,000. */
  abortGraceMs?: number;
  /** Environment of the child beside what it inherits (paths and locale only). */
  env?: Record<string, string>;
}

interface Job {
  id: number;
  name: string;
  input: unknown;
  /** Settles the caller's promise; null once it is settled. */
  settle: ((result: { output: unknown } | { error: Error }) => void) | null;
  /** When the job was given to the child, in ms of `performance.now()`. */
  startedAt: number;
  timer: NodeJS.Timeout | undefined;
}

/** How long a child that did not start is not tried again, in ms. */
const START_PAUSE_MS = 1_000;

/**
 * Runs jobs in a child process, so that a crash or a memory blow-up in native code cannot take the gateway along,
 * nor heavy work hold its event loop. The child starts on first use, is replaced when it crashes, stalls or grows
 * too large, and keeps nobody alive while idle.
 */
export class WorkerHost<J extends WorkerJobs<J>> {
  readonly #options: Required<Omit<WorkerHostOptions, 'log'>>;
  readonly #log: Log;
  readonly #queue: Job[] = [];
  readonly #running = new Map<number, Job>();
  readonly #ending = new Set<Promise<void>>();
  #process: WorkerProcess | null = null;
  #ready = false;
  #recycling = false;
  #closed = false;
  #nextId = 1;
  #startTimer: NodeJS.Timeout | undefined;
  /** No start before this time, in ms of `performance.now()`. */
  #pausedUntil = 0;
  /** How long a job took lately, in ms: a moving average for `retryAfterMs`. */
  #averageMs = 100;

  constructor(options: WorkerHostOptions) {
    const { log, ...rest } = options;
    this.#log = log;
    this.#options = {
      concurrency: 1,
      maxQueue: 64,
      maxMemoryMb: 1_500,
      jobTimeoutMs: 120_000,
      startTimeoutMs: 30_000,
      abortGraceMs: 10_000,
      env: {},
      ...rest,
    };
  }

  /**
   * Does a job in the child and gives its output. An aborted job that waits is dropped; one that runs is left to
   * end by itself for a grace, its result ignored.
   * @throws AbortedError when the signal aborts; what the job threw (UpstreamFailure, MediaError, InputError);
   *   UpstreamFailure `rate_limited` when the queue is full, `unavailable` when the child crashed or the host is closed, `timeout`
   *   when the job's time ran out.
   */
  async run<K extends keyof J & string>(name: K, input: J[K]['input'], signal: AbortSignal): Promise<J[K]['output']> {
    if (signal.aborted) throw new AbortedError(signal.reason);
    this.#refuseWhenFull();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job = { id: this.#nextId++, name, input, startedAt: 0, timer: undefined, settle: null };
    const abort = (): void => this.#abort(job, signal.reason);
    job.settle = (result) => {
      job.settle = null;
      signal.removeEventListener('abort', abort);
      if ('error' in result) reject(result.error);
      else resolve(result.output);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#queue.push(job);
    this.#pump();
    // The child's handlers are typed by the same J, so what comes back is the job's output.
    return (await promise) as J[K]['output'];
  }

  /** Fails what is under way and ends the child. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = this.#unavailable('is closed');
    for (const job of this.#queue.splice(0)) job.settle?.({ error });
    const busy = this.#running.size > 0;
    this.#failRunning(error);
    const process = this.#process;
    if (process !== null) {
      if (busy || !this.#ready) process.kill();
      this.#retire(process);
    }
    await Promise.all(this.#ending);
  }

  #refuseWhenFull(): void {
    if (this.#closed) throw this.#unavailable('is closed');
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) throw this.#unavailable('could not be started a moment ago', Math.ceil(pause));
    const { maxQueue, concurrency } = this.#options;
    if (this.#queue.length < maxQueue) return;
    // It is well, and busy: as a vendor that asks for patience.
    throw new UpstreamFailure('rate_limited', `The worker "${this.#options.name}" has ${maxQueue} jobs waiting and takes no more.`, {
      retryAfterMs: Math.ceil((this.#averageMs * (this.#queue.length + 1)) / concurrency),
    });
  }

  #unavailable(what: string, retryAfterMs?: number): UpstreamFailure {
    return new UpstreamFailure('unavailable', `The worker "${this.#options.name}" ${what}.`, { retryAfterMs });
  }

  /** Gives waiting jobs to the child as far as there is room, and starts it when there is none. */
  #pump(): void {
    if (this.#process === null && this.#queue.length > 0 && !this.#closed) this.#start();
    const process = this.#process;
    if (process === null) return;
    while (this.#ready && !this.#recycling && this.#running.size < this.#options.concurrency) {
      const job = this.#queue.shift();
      if (job === undefined) break;
      this.#running.set(job.id, job);
      job.startedAt = performance.now();
      job.timer = setTimeout(() => this.#timeOut(job), this.#options.jobTimeoutMs);
      process.send({ type: 'job', id: job.id, job: job.name, input: job.input });
      job.input = undefined;
    }
    if (this.#recycling && this.#running.size === 0) {
      this.#retire(process);
      this.#pump();
      return;
    }
    process.hold(this.#running.size > 0 || this.#queue.length > 0);
  }

  #start(): void {
    const startedAt = performance.now();
    const { name, script, maxMemoryMb, env, startTimeoutMs } = this.#options;
    const started: WorkerProcess = new WorkerProcess({
      name,
      script,
      log: this.#log,
      maxMemoryMb,
      env,
      onMessage: (message) => {
        if (this.#process !== started) return;
        if (message.type !== 'ready') return this.#answer(message);
        clearTimeout(this.#startTimer);
        this.#ready = true;
        const ms = Math.round(performance.now() - startedAt);
        this.#log.info({ worker: name, pid: started.pid, ms }, 'worker ready');
        this.#pump();
      },
      onExit: (reason) => this.#exited(started, reason),
    });
    this.#process = started;
    this.#ready = false;
    this.#recycling = false;
    this.#startTimer = setTimeout(() => started.kill(), startTimeoutMs);
    this.#log.info({ worker: name, pid: started.pid }, 'worker starts');
  }

  #answer(message: Exclude<WorkerMessage, { type: 'ready' | 'log' }>): void {
    const job = this.#running.get(message.id);
    if (job === undefined) return;
    this.#running.delete(job.id);
    clearTimeout(job.timer);
    this.#averageMs += 0.2 * (performance.now() - job.startedAt - this.#averageMs);
    if (message.type === 'answer') job.settle?.({ output: message.output });
    else job.settle?.({ error: fromWire(message.error) });
    const rssMb = Math.round(message.rss / 1_048_576);
    if (rssMb > this.#options.maxMemoryMb && !this.#recycling) {
      this.#recycling = true;
      this.#log.warn({ worker: this.#options.name, rssMb, cap: this.#options.maxMemoryMb }, 'worker is replaced: too large');
    }
    this.#pump();
  }

  #abort(job: Job, reason: unknown): void {
    const error = new AbortedError(reason);
    const place = this.#queue.indexOf(job);
    if (place >= 0) {
      this.#queue.splice(place, 1);
      job.settle?.({ error });
      this.#pump();
      return;
    }
    if (!this.#running.has(job.id)) return;
    job.settle?.({ error });
    this.#process?.send({ type: 'abort', id: job.id });
    clearTimeout(job.timer);
    job.timer = setTimeout(() => this.#kill('an aborted job did not end'), this.#options.abortGraceMs);
  }

  #timeOut(job: Job): void {
    const { name, jobTimeoutMs } = this.#options;
    job.settle?.({ error: new UpstreamFailure('timeout', `The worker "${name}" took more than ${jobTimeoutMs} ms.`) });
    this.#kill(`${job.name} took more than ${jobTimeoutMs} ms`);
  }

  #kill(why: string): void {
    this.#log.warn({ worker: this.#options.name, pid: this.#process?.pid }, `worker is killed: ${why}`);
    this.#process?.kill();
  }

  #exited(process: WorkerProcess, reason: string): void {
    if (this.#process !== process) return;
    clearTimeout(this.#startTimer);
    const { name } = this.#options;
    this.#log.error({ worker: name, pid: process.pid, reason, stderr: process.stderr }, 'worker ended unexpectedly');
    this.#process = null;
    const error = this.#unavailable(`ended unexpectedly (${reason})`, START_PAUSE_MS);
    this.#failRunning(error);
    if (!this.#ready) {
      // It cannot start: the same would happen to whoever waits, again and again.
      this.#pausedUntil = performance.now() + START_PAUSE_MS;
      for (const job of this.#queue.splice(0)) job.settle?.({ error });
    }
    this.#pump();
  }

  #failRunning(error: Error): void {
    for (const job of this.#running.values()) {
      clearTimeout(job.timer);
      job.settle?.({ error });
    }
    this.#running.clear();
  }

  /** Lets a child go that is not needed any more. */
  #retire(process: WorkerProcess): void {
    clearTimeout(this.#startTimer);
    this.#process = null;
    const ending = process.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
