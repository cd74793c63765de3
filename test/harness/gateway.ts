import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Client, type FormattedExecutionResult as FormattedSocketResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { Gateway } from '../../src/gateway.ts';
import { createLog, type Log } from '../../src/telemetry/log.ts';

/** The key of the test gateways; it may do everything. */
export const ADMIN_KEY = 'kn_test-admin-key-of-at-least-32-characters';

export interface TestGatewayOptions {
  /** The config as it would stand in gateway.yaml. */
  config: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  dev?: boolean;
  /** Kept after `close` when given. */
  dataDir?: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** KANON_SECRET. */
  secret?: string;
  /** Silent without. */
  log?: Log;
}

/** As graphql-ws hands it out. */
type SocketResult<T> = FormattedSocketResult<T, unknown>;

/** A gateway on a free port with a data folder of its own, spoken to as a client would. */
export class TestGateway implements AsyncDisposable {
  readonly url: string;
  readonly gateway: Gateway;
  readonly configPath: string;
  readonly dataDir: string;
  readonly #folder: string;
  readonly #clients: Client[] = [];

  private constructor(gateway: Gateway, folder: string, dataDir: string, configPath: string) {
    this.gateway = gateway;
    this.url = gateway.url;
    this.#folder = folder;
    this.dataDir = dataDir;
    this.configPath = configPath;
  }

  static async start({ config, env = {}, dev = false, dataDir, databaseUrl, redisUrl, secret, log = createLog(process.env['KANON_TEST_LOG'] === '1' ? 'debug' : 'silent') }: TestGatewayOptions): Promise<TestGateway> {
    const folder = await mkdtemp(join(tmpdir(), 'kanon-test-'));
    const configPath = join(folder, 'gateway.yaml');
    await writeFile(configPath, stringify(config));
    const loaded = await loadConfig(configPath, env);
    const data = dataDir ?? join(folder, 'data');
    const gateway = await Gateway.start({ loaded, host: '127.0.0.1', port: 0, dataDir: data, dev, adminKey: ADMIN_KEY, databaseUrl, redisUrl, secret, log });
    return new TestGateway(gateway, folder, data, configPath);
  }

  /** Posts to a path of the gateway with the admin key. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${ADMIN_KEY}`);
    return fetch(this.url + path, { ...init, headers });
  }

  /** Sends a GraphQL operation by POST. `T` is what the caller of the test expects of the data. */
  async query<T = Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown> = {},
    init: RequestInit = {},
  ): Promise<FormattedExecutionResult<T> & { status: number }> {
    const headers = { 'content-type': 'application/json', ...init.headers };
    const response = await this.fetch('/graphql', { method: 'POST', body: JSON.stringify({ query, variables }), ...init, headers });
    const result = (await response.json()) as FormattedExecutionResult<T>;
    return { ...result, status: response.status };
  }

  /** A graphql-ws client with the admin key. */
  socket(options: { key?: string | null } = {}): Client {
    const key = options.key === undefined ? ADMIN_KEY : options.key;
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(key === null ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
    });
    this.#clients.push(client);
    return client;
  }

  /** All events of a subscription, with their data. */
  async collect<T = Record<string, unknown>>(query: string, variables: Record<string, unknown> = {}): Promise<SocketResult<T>[]> {
    const events: SocketResult<T>[] = [];
    for await (const event of this.socket().iterate<T>({ query, variables })) events.push(event);
    return events;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.dispose()));
    await this.gateway.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
