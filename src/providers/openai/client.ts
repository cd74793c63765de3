import type { VendorAnswer } from '../http/exchange.ts';
import { vendorHeaders } from '../http/headers.ts';
import { VendorHttp } from '../http/vendor-http.ts';
import { toFailure } from './errors.ts';

export interface OpenAIOptions {
  /** The name that the config gives to the provider. */
  name: string;
  apiKey: string;
  /** Milliseconds until a connection must have been made; default 30,000. */
  connectMs?: number;
  /** With the version path (`http://127.0.0.1:11434/v1`); for Azure the resource. Default: the vendor itself. */
  baseUrl?: string;
  organization?: string;
  project?: string;
  /** Sent with every request. */
  headers?: Record<string, string>;
  azure?: { apiVersion: string };
  /** Most texts of one embeddings request; default 2,048, the vendor's own limit. */
  embedBatch?: number;
}

export const OFFICIAL_URL = 'https://api.openai.com/v1';

export type OpenAIEndpoint = '/chat/completions' | '/embeddings';

/**
 * Requests to OpenAI's API, or Azure's, over one pool of connections: what the vendor's SDK would send, at a third of
 * its cost. `test/providers/openai/sdk-contract.test.ts` holds the two together.
 */
export class OpenAIClient {
  readonly #http: VendorHttp;
  readonly #pathOf: (endpoint: OpenAIEndpoint, model: string) => string;

  /** @throws TypeError when the URL is none */
  constructor(options: OpenAIOptions) {
    const { apiKey, baseUrl = OFFICIAL_URL, organization, project, headers = {}, azure, connectMs } = options;
    // Servers without keys still want a header that is not empty.
    const key = apiKey || 'none';
    const url = new URL(baseUrl);
    this.#pathOf = azure === undefined ? pathsOf(url) : azurePathsOf(url, azure.apiVersion);
    this.#http = new VendorHttp(
      baseUrl,
      vendorHeaders(
        { 'openai-organization': organization, 'openai-project': project },
        azure === undefined ? { authorization: `Bearer ${key}` } : { 'api-key': key },
        headers,
      ),
      connectMs,
    );
  }

  /**
   * Sends a request and waits for the head of the answer.
   * @throws UpstreamFailure for an error status or a broken connection; the signal's reason
   */
  async send(endpoint: OpenAIEndpoint, body: { model: string }, signal: AbortSignal): Promise<VendorAnswer> {
    try {
      return await this.#http.post(this.#pathOf(endpoint, body.model), body, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toFailure(error);
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

function pathsOf({ pathname, search }: URL): (endpoint: OpenAIEndpoint) => string {
  const base = pathname.replace(/\/+$/, '');
  return (endpoint) => `${base}${endpoint}${search}`;
}

/** The deployment is part of the path, unless the URL names one. */
function azurePathsOf(url: URL, apiVersion: string): (endpoint: OpenAIEndpoint, model: string) => string {
  const resource = url.pathname.replace(/\/+$/, '');
  const base = resource.endsWith('/openai') || /\/deployments(\/|$)/.test(resource) ? resource : `${resource}/openai`;
  const query = new URLSearchParams(url.search);
  query.set('api-version', apiVersion);
  const named = /\/deployments(\/|$)/.test(base);
  return (endpoint, model) => `${base}${named ? '' : `/deployments/${segment(model)}`}${endpoint}?${query.toString()}`;
}

/** One segment of a path (RFC 3986, section 3.3). */
function segment(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@]+/g, encodeURIComponent);
}
