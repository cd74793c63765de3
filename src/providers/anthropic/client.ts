import type { VendorAnswer } from '../http/exchange.ts';
import { vendorHeaders } from '../http/headers.ts';
import { VendorHttp } from '../http/vendor-http.ts';
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

/** The version of the API that is spoken here: that of the SDK whose types are used. */
const API_VERSION = '2026-10-21';

/**
 * Requests to Anthropic's API over one pool of connections: what the vendor's SDK would send, at a third of its cost.
 * `test/providers/anthropic/sdk-contract.test.ts` holds the two together.
 */
export class AnthropicClient {
  readonly #http: VendorHttp;
  readonly #path: string;

  /** @throws TypeError when the URL is none */
  constructor({ apiKey, baseUrl = OFFICIAL_URL, headers = {}, connectMs }: AnthropicOptions) {
    const { pathname, search } = new URL(baseUrl);
    this.#path = `${pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/messages${search}`;
    this.#http = new VendorHttp(baseUrl, vendorHeaders({ 'anthropic-version': API_VERSION, authorization: `Bearer ${apiKey}` }, headers), connectMs);
  }

  /**
   * Sends a request and waits for the head of the answer.
   * @param headers of this request alone, names in lower case
   * @throws UpstreamFailure for an error status or a broken connection; the signal's reason
   */
  async send(body: object, signal: AbortSignal, headers?: Readonly<Record<string, string>>): Promise<VendorAnswer> {
    try {
      return await this.#http.post(this.#path, body, signal, headers);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toFailure(error);
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
