import type { IncomingMessage } from 'node:http';
import { Networks } from '../../policy/principals/networks.ts';

/**
 * Tells which address a request comes from: that of its connection, or where that is a trusted proxy's, the last one
 * in `x-forwarded-for` that is none. Whatever stands before it there, the caller may have written.
 */
export class CallerAddress {
  readonly #proxies: Networks;

  constructor(trustedProxies: readonly string[]) {
    this.#proxies = new Networks(trustedProxies);
  }

  of(request: IncomingMessage): string {
    let address = request.socket.remoteAddress ?? '';
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',').slice(-32);
    while (this.#proxies.has(address)) {
      const before = forwarded.pop()?.trim();
      if (before === undefined || before === '') break;
      address = before;
    }
    return address;
  }
}
