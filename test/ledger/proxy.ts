import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to a server that can be cut and stalled as a network does it. */
export class Proxy {
  readonly #server = createServer((client) => this.#pass(client));
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  #mode: 'open' | 'cut' | 'stalled' = 'open';
  #delayMs = 0;

  private constructor(target: URL) {
    this.#target = target;
  }

  static async to(url: string): Promise<{ proxy: Proxy; url: string }> {
    const target = new URL(url);
    const proxy = new Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    // A TCP server that listens has an address of this form.
    through.port = String((proxy.#server.address() as AddressInfo).port);
    return { proxy, url: through.href };
  }

  /** Ends all connections, and refuses new ones. */
  cut(): void {
    this.#mode = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Takes connections and bytes, and lets nothing through. */
  stall(): void {
    this.#mode = 'stalled';
    for (const socket of this.#sockets) socket.pause();
  }

  /** Each piece comes so much later. */
  slow(ms: number): void {
    this.#delayMs = ms;
  }

  mend(): void {
    this.#mode = 'open';
    this.#delayMs = 0;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(client: Socket): void {
    if (this.#mode === 'cut') {
      client.destroy();
      return;
    }
    const { port, protocol, hostname } = this.#target;
    const server = connect(port === '' ? (protocol === 'redis:' ? 6379 : 5432) : Number(port), hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('data', (bytes) => (this.#delayMs === 0 ? other.write(bytes) : setTimeout(() => other.write(bytes), this.#delayMs)));
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      if (this.#mode === 'stalled') one.pause();
    }
  }
}
