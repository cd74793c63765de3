import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import type { Alert } from '../../../src/telemetry/alerts/teller.ts';

export const SECRET = 'the secret of the receiver';

/** Takes alerts, and checks that they are signed. */
export class Receiver {
  readonly alerts: Alert[] = [];
  readonly ids: string[] = [];
  /** Statuses of the next answers; 204 when there is none left. */
  statuses: number[] = [];
  forged = 0;
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      if (!isSigned(request.headers, body)) this.forged++;
      this.ids.push(String(request.headers['webhook-id']));
      const status = this.statuses.shift() ?? 204;
      if (status === 204) this.alerts.push(JSON.parse(body) as Alert);
      response.writeHead(status).end();
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alerts`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Of one rule, in the order in which they came. */
  states(rule: string): Alert['state'][] {
    return this.alerts.filter((alert) => alert.rule === rule).map(({ state }) => state);
  }

  async until(rule: string, state: Alert['state']): Promise<Alert> {
    return vi.waitFor(
      () => {
        const found = this.alerts.find((alert) => alert.rule === rule && alert.state === state);
        if (found === undefined) throw new Error(`${rule} is not ${state}`);
        return found;
      },
      { timeout: 25_000 },
    );
  }
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  return signature === `v1,${createHmac('sha256', SECRET).update(`${String(id)}.${String(timestamp)}.${body}`).digest('base64')}`;
}
