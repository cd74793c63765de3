import type { Agent, Dispatcher } from 'undici';
import { AbortedError, InputError, KanonError } from '../../canonical/errors.ts';
import { ACCEPTED_AUDIO, ACCEPTED_IMAGES, unsupported } from '../errors.ts';
import type { Gate } from '../gate.ts';
import { checkBytes } from '../header.ts';
import type { FetchPolicy } from '../limits.ts';
import { SNIFF_BYTES } from '../sniff.ts';
import { checkedLookup, createDnsResolver, NotPublicError, type Resolve } from './resolver.ts';
import { checkUrl, type Destination, notPublic } from './url.ts';

/** What a download must be. */
export interface Wanted {
  /** Largest body in bytes. */
  maxBytes: number;
  /** For messages: `a picture`. */
  what: string;
  /** Looks at the first bytes, so that a wrong type is not downloaded to its end. @throws MediaError */
  checkHead(head: Buffer): void;
}

interface Agents {
  /** Connects to public addresses alone. */
  checked: Agent;
  /** For the servers that the operator has listed. */
  listed: Agent;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MEDIA_TYPES = /^(?:image\/|audio\/|application\/octet-stream|binary\/octet-stream|application\/ogg|video\/(?:mp4|webm))/i;

/** Downloads media from URLs that callers name, without ever reaching into the operator's own network. */
export class Fetcher {
  readonly #policy: FetchPolicy;
  readonly #gate: Gate;
  readonly #resolve: Resolve;
  readonly #cancelLookups: () => void;
  readonly #closing = new AbortController();
  #agents: Promise<Agents> | null = null;

  /** @param resolve answers look-ups in place of DNS. */
  constructor(policy: FetchPolicy, gate: Gate, resolve?: Resolve) {
    this.#policy = policy;
    this.#gate = gate;
    const dns = createDnsResolver(policy.timeoutMs);
    this.#resolve = resolve ?? dns.resolve;
    this.#cancelLookups = dns.cancel;
  }

  /**
   * Downloads the body of a URL, following redirects by hand.
   * @throws InputError when the URL is not allowed or does not answer, MediaError when what it answers is not wanted.
   */
  get(text: string, field: string, wanted: Wanted, signal: AbortSignal): Promise<Buffer> {
    return this.#gate.run(1, signal, async () => {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), this.#policy.timeoutMs);
      try {
        return await this.#follow(text, field, wanted, AbortSignal.any([signal, deadline.signal, this.#closing.signal]));
      } catch (error) {
        if (error instanceof KanonError) throw error;
        if (signal.aborted) throw new AbortedError(signal.reason);
        if (deadline.signal.aborted) {
          throw new InputError(field, `the URL was not downloaded within ${this.#policy.timeoutMs} ms.`, error);
        }
        if (isNotPublic(error)) throw notPublic(field);
        throw new InputError(field, 'the URL cannot be reached.', error);
      } finally {
        clearTimeout(timer);
      }
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelLookups();
    const agents = await this.#agents?.catch(() => null);
    this.#agents = null;
    await Promise.all([agents?.checked.destroy(), agents?.listed.destroy()]);
  }

  async #follow(text: string, field: string, wanted: Wanted, signal: AbortSignal): Promise<Buffer> {
    let destination = checkUrl(text, undefined, field, this.#policy);
    for (let hop = 0; hop <= this.#policy.maxRedirects; hop += 1) {
      const response = await this.#request(destination, signal);
      // Left early, the body ends with an error that nobody has to hear of.
      response.body.on('error', () => {});
      const location = response.headers['location'];
      if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') {
        try {
          return await readBody(response, field, wanted);
        } finally {
          response.body.destroy();
        }
      }
      response.body.destroy();
      destination = checkUrl(location, destination.url, field, this.#policy);
    }
    throw new InputError(field, `the URL redirects more than ${this.#policy.maxRedirects} times.`);
  }

  async #request(destination: Destination, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    this.#agents ??= createAgents(this.#resolve, this.#policy.timeoutMs);
    const agents = await this.#agents;
    const { url, isListed } = destination;
    return (isListed ? agents.listed : agents.checked).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/*, audio/*', 'accept-encoding': 'identity', 'user-agent': 'kanon' },
      signal,
    });
  }
}

async function createAgents(resolve: Resolve, timeoutMs: number): Promise<Agents> {
  const { Agent } = await import('undici');
  const timeout = Math.min(5000, timeoutMs);
  const options = { allowH2: false, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxHeaderSize: 16_384 };
  return {
    checked: new Agent({ ...options, connect: { timeout, lookup: checkedLookup(resolve) } }),
    listed: new Agent({ ...options, connect: { timeout } }),
  };
}

async function readBody(response: Dispatcher.ResponseData, field: string, wanted: Wanted): Promise<Buffer> {
  const { statusCode, headers, body } = response;
  if (statusCode !== 200) throw new InputError(field, `the URL answered with status ${statusCode}.`);
  const type = headers['content-type'] ?? 'application/octet-stream';
  if (typeof type !== 'string' || !MEDIA_TYPES.test(type)) {
    throw unsupported(field, `the URL does not serve media. Accepted are ${ACCEPTED_IMAGES}; ${ACCEPTED_AUDIO}.`);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw unsupported(field, 'the URL serves a compressed transfer, which is not accepted.');
  checkBytes(Number(headers['content-length'] ?? 0), wanted.maxBytes, field, wanted.what);
  const chunks: Buffer[] = [];
  let total = 0;
  let isHeadChecked = false;
  for await (const chunk of body) {
    const bytes: Buffer = chunk;
    total += bytes.length;
    checkBytes(total, wanted.maxBytes, field, wanted.what);
    chunks.push(bytes);
    if (!isHeadChecked && total >= SNIFF_BYTES) {
      wanted.checkHead(Buffer.concat(chunks));
      isHeadChecked = true;
    }
  }
  return Buffer.concat(chunks, total);
}

function isNotPublic(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isNotPublic);
  return error instanceof NotPublicError || (error instanceof Error && isNotPublic(error.cause));
}
