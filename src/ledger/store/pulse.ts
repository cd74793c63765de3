import { Pool } from 'pg';

/** Milliseconds that connecting and an answer may take, each. */
const ANSWER_MS = 1_000;

/** Whether PostgreSQL is there: asked on a connection of its own, so that no lock and no queue stands before the answer. */
export class Pulse {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS, idleTimeoutMillis: 0, keepAlive: true, application_name: 'kanon-pulse' });
    // One that breaks while idle is made anew by the next beat, which meets the failure itself.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** @throws Error when it does not answer */
  async beat(): Promise<void> {
    await this.#pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
