import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

export interface WebhookOptions {
  url: string;
  secret: string;
  log: Log;
  /** Milliseconds before each further try. */
  pausesMs?: readonly number[];
}

const PAUSES_MS = [1_000, 5_000, 30_000, 120_000];
const DEADLINE_MS = 5_000;
/** Milliseconds that a receiver has for what is on its way when this is closed: what it has taken should not come twice. */
const GOODBYE_MS = 1_000;
/** Alerts that wait for a receiver that does not answer; what comes then is lost, and logged. */
const MOST_WAITING = 100;

/**
 * Posts alerts as JSON, one after the other, each until it is taken. Signed as Standard Webhooks has it
 * (https://www.standardwebhooks.com): `webhook-signature: v1,` and the HMAC-SHA-256 of id, timestamp and body.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #closed = new AbortController();
  /** Ends what is still on its way some time after `close`. */
  readonly #gone = new AbortController();
  #waiting = 0;
  #last: Promise<boolean> = Promise.resolve(true);

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Resolves to false when it was closed before the alert was taken or given up. */
  send(alert: object): Promise<boolean> {
    if (this.#waiting >= MOST_WAITING) {
      this.#options.log.error({ alert }, 'an alert is lost: too many wait for the webhook');
      return Promise.resolve(true);
    }
    this.#waiting++;
    this.#last = this.#last
      .then(async () => {
        await this.#deliver(randomUUID(), JSON.stringify(alert));
        return true;
      })
      .catch((error: unknown) => {
        this.#options.log.error({ alert, reason: error instanceof Error ? error.message : String(error) }, 'an alert could not be delivered');
        return !this.#closed.signal.aborted;
      })
      .finally(() => {
        this.#waiting--;
      });
    return this.#last;
  }

  /** Gives up what waits; what is on its way may still arrive. */
  async close(): Promise<void> {
    this.#closed.abort();
    const late = setTimeout(() => this.#gone.abort(), GOODBYE_MS);
    await this.#last;
    clearTimeout(late);
  }

  async #deliver(id: string, body: string): Promise<void> {
    const pauses = this.#options.pausesMs ?? PAUSES_MS;
    for (let attempt = 0; ; attempt++) {
      this.#closed.signal.throwIfAborted();
      try {
        return await this.#post(id, body);
      } catch (error) {
        const pause = pauses[attempt];
        if (pause === undefined) throw error;
        await sleep(pause, undefined, { signal: this.#closed.signal, ref: false });
      }
    }
  }

  /** The id stays the same over all tries: a receiver can tell that it has the alert already. */
  async #post(id: string, body: string): Promise<void> {
    const { url, secret } = this.#options;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    const signal = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(DEADLINE_MS)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  }
}
