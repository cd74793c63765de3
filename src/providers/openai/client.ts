import type { OpenAI } from 'openai';
import { createLeanFetch, type LeanFetch } from '../http/lean-fetch.ts';
import type { ResponseBody } from '../http/response-body.ts';
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

/** Largest delay that a timer takes: this gateway's own signals decide when a request has taken too long. */
const NEVER_MS = 2 ** 31 - 1;

/** An answer with a good status. */
export interface VendorAnswer {
  body: ResponseBody;
  isJson: boolean;
}

/** The vendor's SDK, loaded with the first request, over one pool of connections. */
export class OpenAIClient {
  readonly #options: OpenAIOptions;
  readonly #http: LeanFetch;
  #sdk: Promise<OpenAI> | undefined;

  constructor(options: OpenAIOptions) {
    this.#options = options;
    this.#http = createLeanFetch(options.baseUrl ?? OFFICIAL_URL, options.connectMs);
  }

  /**
   * Sends a request and waits for the head of the answer.
   * @throws UpstreamFailure for an error status or a broken connection; the signal's reason
   */
  async send(ask: (sdk: OpenAI) => Promise<Response>, signal: AbortSignal): Promise<VendorAnswer> {
    try {
      this.#sdk ??= this.#load();
      const response = await ask(await this.#sdk);
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

  async #load(): Promise<OpenAI> {
    const { AzureOpenAI, OpenAI } = await import('openai');
    const { apiKey, baseUrl, organization, project, headers, azure } = this.#options;
    const common = {
      // Servers without keys still want a header that is not empty.
      apiKey: apiKey || 'none',
      organization: organization ?? null,
      project: project ?? null,
      maxRetries: 0,
      timeout: NEVER_MS,
      fetch: this.#http.fetch,
      defaultHeaders: headers,
      logLevel: 'off' as const,
    };
    if (azure) return new AzureOpenAI({ ...common, apiVersion: azure.apiVersion, baseURL: azureUrl(baseUrl ?? '') });
    return new OpenAI({ ...common, adminAPIKey: null, baseURL: baseUrl ?? OFFICIAL_URL });
  }
}

function azureUrl(resource: string): string {
  const url = resource.replace(/\/+$/, '');
  return url.endsWith('/openai') ? url : `${url}/openai`;
}
