import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came over the wire, less what says nothing to the vendor. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Headers of the connection, of the SDK's own name and machine, and of compression, which is nobody's business here. */
const NOT_COMPARED = /^(host|connection|content-length|accept-encoding|accept-language|sec-fetch-mode|user-agent|x-stainless-.*)$/;

/** A server that keeps what it is sent, and answers with an empty object. */
export class Recorder {
  readonly sent: Sent[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        this.sent.push({ method: request.method ?? '', path: request.url ?? '', headers: compared(request.headers), body: JSON.parse(body) });
        response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  /** @returns its URL */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function compared(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_COMPARED.test(name)).map(([name, value]) => [name, String(value)]));
}
