import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';

/** Names, in lower case, and values by turns. */
export type FlatHeaders = readonly string[];

/**
 * An answer that has the headers of every answer without being given them one by one. What is set or given under the
 * same name takes their place.
 */
export class GatewayResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  /** Headers of every answer. */
  common: FlatHeaders = [];

  override writeHead(status: number, first?: string | OutgoingHttpHeaders | OutgoingHttpHeader[], second?: OutgoingHttpHeaders | OutgoingHttpHeader[]): this {
    const missing = this.#missing();
    for (let at = 0; at < missing.length; at += 2) this.setHeader(missing[at] ?? '', missing[at + 1] ?? '');
    return typeof first === 'string' ? super.writeHead(status, first, second) : super.writeHead(status, first);
  }

  /** Answers whole: head and body in one write. */
  endWith(status: number, headers: FlatHeaders, body: string): void {
    super.writeHead(status, [...this.#missing(headers), ...headers, 'content-length', String(Buffer.byteLength(body))]);
    this.end(body);
  }

  /** The common headers that were not set by hand, and are not among those given. */
  #missing(given: FlatHeaders = []): string[] {
    const missing: string[] = [];
    for (let at = 0; at < this.common.length; at += 2) {
      const name = this.common[at] ?? '';
      if (!isNamed(given, name) && !this.hasHeader(name)) missing.push(name, this.common[at + 1] ?? '');
    }
    return missing;
  }
}

function isNamed(headers: FlatHeaders, name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true;
  return false;
}

/** Headers as an object, names in lower case, by turns. */
export function flat(headers: Readonly<Record<string, string>>): string[] {
  const out: string[] = [];
  for (const name of Object.keys(headers)) out.push(name, headers[name] ?? '');
  return out;
}
