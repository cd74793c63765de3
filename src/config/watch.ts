import { unwatchFile, watchFile } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedConfig } from './config.ts';
import { decodeConfig, digestOf, readConfig } from './load.ts';

/** How often the file is looked at, and how long it must then have been still, in milliseconds. */
const POLL_MS = 250;
const SETTLE_MS = 300;

export interface WatchOptions {
  /**
   * A changed and valid config. Reloads wait for each other; one that is refused here by throwing leaves the
   * config before it as the running one.
   */
  onChange(loaded: LoadedConfig): void | Promise<void>;
  /** A change that was refused: a ConfigError, or what `onChange` threw. The running config stays. */
  onRefused(error: unknown): void;
  /** Ends the watching. */
  signal: AbortSignal;
  /** Digest of the running config, so that a change between loading and watching is not missed. */
  digest: string;
}

type ReloadOutcome = 'changed' | 'unchanged' | 'refused';

export interface ConfigWatcher {
  /** Reads the file now (SIGHUP), a refused one again too. Does not throw. */
  reload(): Promise<ReloadOutcome>;
}

/**
 * Watches a config file. It is polled by its path: that sees a file that an editor replaces, a link that is turned
 * elsewhere (a mounted ConfigMap) and a network mount, where notifications of the kernel do not.
 */
export function watchConfig(path: string, env: NodeJS.ProcessEnv, options: WatchOptions): ConfigWatcher {
  const watcher = new Watcher(path, env, options);
  watcher.start();
  return { reload: () => watcher.reload({ again: true }) };
}

class Watcher {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #options: WatchOptions;
  #running: string;
  /** What was refused last, so that it is told once. */
  #refused: string | null = null;
  #settle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, env: NodeJS.ProcessEnv, options: WatchOptions) {
    this.#path = path;
    this.#env = env;
    this.#options = options;
    this.#running = options.digest;
  }

  start(): void {
    const { signal } = this.#options;
    if (signal.aborted) return;
    // `watchFile` keeps one watcher a path: the listener is ours, and so is what is taken away again.
    const file = resolve(this.#path);
    const touched = (): void => this.#touched();
    watchFile(file, { interval: POLL_MS, persistent: false }, touched);
    signal.addEventListener('abort', () => {
      clearTimeout(this.#settle);
      unwatchFile(file, touched);
    }, { once: true });
    this.#touched();
  }

  /** Whoever writes in several steps is waited for: half a file is not judged. */
  #touched(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.reload({ again: false }), SETTLE_MS).unref();
  }

  reload({ again }: { again: boolean }): Promise<ReloadOutcome> {
    const outcome = this.#last.then(() => this.#reload(again));
    this.#last = outcome;
    return outcome;
  }

  async #reload(again: boolean): Promise<ReloadOutcome> {
    const { onChange, onRefused, signal } = this.#options;
    let digest = 'unreadable';
    try {
      if (signal.aborted) return 'unchanged';
      const bytes = await readConfig(this.#path);
      digest = digestOf(bytes);
      if (digest === this.#running) {
        this.#refused = null;
        return 'unchanged';
      }
      if (digest === this.#refused && !again) return 'refused';
      const loaded = decodeConfig(bytes, this.#path, this.#env);
      if (signal.aborted) return 'unchanged';
      await onChange(loaded);
      this.#running = digest;
      this.#refused = null;
      return 'changed';
    } catch (error) {
      if (digest !== this.#refused || again) onRefused(error);
      this.#refused = digest;
      return 'refused';
    }
  }
}
