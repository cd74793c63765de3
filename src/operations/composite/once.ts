/** Runs what has the same key once, and gives the same promise to all who ask. */
export class Once<T> {
  readonly #running = new Map<string, Promise<T>>();

  get(key: string, run: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = run();
    // Whoever reads it is told of its failure; that nobody has read it yet must not end the process.
    started.catch(() => {});
    this.#running.set(key, started);
    return started;
  }
}
