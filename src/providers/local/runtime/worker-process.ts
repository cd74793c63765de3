import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import type { Log } from '../../../telemetry/log.ts';
import { type HostMessage, isMessage, type WorkerMessage } from './protocol.ts';

/** What of the environment a child sees: never the vendors' keys, as it works on what strangers send. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot', 'LD_LIBRARY_PATH', 'OMP_NUM_THREADS'];
const CLOSE_GRACE_MS = 2_000;
const STDERR_TAIL = 2_000;

export interface WorkerProcessOptions {
  name: string;
  script: URL;
  log: Log;
  /** Cap of the child's JavaScript heap in MB. */
  maxMemoryMb: number;
  env: Record<string, string>;
  onMessage: (message: Exclude<WorkerMessage, { type: 'log' }>) => void;
  /** The process is gone, for whatever reason. Called exactly once. */
  onExit: (reason: string) => void;
}

/** One child process: starts it, carries messages, and knows how to end it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #gone = false;
  #stderr = '';

  constructor(options: WorkerProcessOptions) {
    const env: Record<string, string> = { ...options.env };
    for (const key of INHERITED) {
      const value = process.env[key];
      if (value !== undefined) env[key] ??= value;
    }
    this.#child = fork(options.script, {
      serialization: 'advanced',
      env,
      // Not the host's own flags: a debugger's port or a test runner's loader are not meant for the child.
      execArgv: [`--max-old-space-size=${options.maxMemoryMb}`, '--no-warnings'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#readStderr(options.log);
    this.#child.on('message', (message: unknown) => {
      if (!isMessage<WorkerMessage>(message, 'ready', 'answer', 'failure', 'log')) return;
      if (message.type === 'log') options.log[message.level]({ worker: options.name, ...message.fields }, message.message);
      else options.onMessage(message);
    });
    this.#exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        if (this.#gone) return;
        this.#gone = true;
        resolve();
        options.onExit(reason);
      };
      this.#child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
      // A process that could not be started has no exit.
      this.#child.on('error', (error) => {
        if (this.#child.pid === undefined) end(error.message);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last of what the child wrote on standard error. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  send(message: HostMessage): void {
    // An error here means that the child is going away; its exit is what is acted upon.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** While held, this process stays alive to hear the answer; an idle child holds nobody. */
  hold(held: boolean): void {
    if (held) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }

  /** Ends the child at once, whatever it is doing. */
  kill(): void {
    if (!this.#gone) this.#child.kill('SIGKILL');
  }

  /** Lets the child end by itself, and kills it when it does not within two seconds. */
  async close(): Promise<void> {
    if (this.#gone) return;
    this.#child.ref();
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill(), CLOSE_GRACE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #readStderr(log: Log): void {
    const stderr = this.#child.stderr;
    if (stderr === null) return;
    if (stderr instanceof Socket) stderr.unref();
    stderr.setEncoding('utf8');
    stderr.on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
      log.debug({ pid: this.pid }, text.trim());
    });
  }
}
