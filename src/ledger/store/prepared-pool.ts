import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';

/** A statement that is parsed and planned once a connection. */
interface Named {
  name: string;
  text: string;
  values: unknown[];
}

/** What is used of a client of `pg`. */
interface Client extends PostgresPoolClient {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(named: Named): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
}

interface Pool {
  readonly options: object;
  connect(): Promise<Client>;
  end(): Promise<void>;
}

/** A pool that has PostgreSQL keep the plans of statements that are asked often: Kysely itself names none. */
export class PreparedPool implements PostgresPool {
  readonly #pool: Pool;
  /** By text. */
  readonly #names = new Map<string, string>();
  readonly #clients = new WeakMap<Client, PostgresPoolClient>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get options(): object {
    return this.#pool.options;
  }

  /** Has a statement prepared on each connection that it is asked on. */
  prepare(name: string, text: string): void {
    this.#names.set(text, name);
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect();
    let prepared = this.#clients.get(client);
    if (prepared === undefined) {
      prepared = new PreparedClient(client, this.#names);
      this.#clients.set(client, prepared);
    }
    return prepared;
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}

class PreparedClient implements PostgresPoolClient {
  readonly #client: Client;
  readonly #names: ReadonlyMap<string, string>;

  constructor(client: Client, names: ReadonlyMap<string, string>) {
    this.#client = client;
    this.#names = names;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(asked: string | PostgresCursor<R>, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof asked !== 'string') return this.#client.query(asked);
    const name = this.#names.get(asked);
    return name === undefined ? this.#client.query<R>(asked, parameters) : this.#client.query<R>({ name, text: asked, values: [...parameters] });
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }
}
