import type { Anthropic } from '@anthropic-ai/sdk';
import type { JsonObject } from '../../canonical/chat.ts';
import { createLeanFetch, type LeanFetch } from '../http/lean-fetch.ts';
import type { ResponseBody } from '../http/response-body.ts';
import { toFailure } from './errors.ts';

export interface AnthropicOptions {
  /** The name that the config gives to the provider. */
  name: string;
  apiKey: string;
  /** Milliseconds until a connection must have been made; default 30,000. */
  connectMs?: number;
  /** With or without the version path. Default: the vendor itself. */
  baseUrl?: string;
  /** Sent with every request; `anthropic-version: 2023-06-01` brings sampling parameters back. */
  headers?: Record<string, string>;
}

const OFFICIAL_URL = 'https://api.anthropic.com';

/** Largest delay that a timer takes: this gateway's own signals decide when a request has taken too long. */
const NEVER_MS = 2 ** 31 - 1;

export interface AnthropicSdk {
  client: Anthropic;
  adaptSchema: (schema: JsonObject) => Record<string, unknown>;
}

/** The vendor's SDK, loaded with the first request, over one pool of connections. */
export class AnthropicClient {
  readonly #options: AnthropicOptions;
  readonly #baseUrl: string;
  readonly #http: LeanFetch;
  #sdk: Promise<AnthropicSdk> | undefined;

  constructor(options: AnthropicOptions) {
    this.#options = options;
    // The SDK adds the version path by itself.
    this.#baseUrl = (options.baseUrl ?? OFFICIAL_URL).replace(/\/+$/, '').replace(/\/v1$/, '');
    this.#http = createLeanFetch(this.#baseUrl, options.connectMs);
  }

  sdk(): Promise<AnthropicSdk> {
    this.#sdk ??= this.#load();
    return this.#sdk;
  }

  /**
   * Sends a request and waits for the head of the answer.
   * @throws UpstreamFailure for an error status or a broken connection; the signal's reason
   */
  async send(ask: () => Promise<Response>, signal: AbortSignal): Promise<{ body: ResponseBody; isJson: boolean }> {
    try {
      const response = await ask();
      const isJson = response.headers.get('content-type')?.includes('application/json') ?? false;
      return { body: this.#http.body(response), isJson };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toFailure(error);
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #load(): Promise<AnthropicSdk> {
    const [{ Anthropic }, { transformJSONSchema }] = await Promise.all([
      import('@anthropic-ai/sdk'),
      import('@anthropic-ai/sdk/lib/transform-json-schema'),
    ]);
    const client = new Anthropic({
      apiKey: this.#options.apiKey,
      authToken: null,
      webhookKey: null,
      baseURL: this.#baseUrl,
      maxRetries: 0,
      timeout: NEVER_MS,
      fetch: this.#http.fetch,
      defaultHeaders: this.#options.headers,
      logLevel: 'off',
      openTelemetry: false,
    });
    return { client, adaptSchema: (schema) => transformJSONSchema(schema) };
  }
}
