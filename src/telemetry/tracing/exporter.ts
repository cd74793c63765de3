import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { toOtlp } from './otlp.ts';
import type { EndedSpan } from './tracer.ts';

export interface ExporterOptions {
  /** Of the collector; `/v1/traces` is added. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  log: Log;
}

/** Spans that wait; what comes on top is lost, and counted. */
const MOST_WAITING = 4_096;
const MOST_AT_ONCE = 512;
const EVERY_MS = 1_000;
const DEADLINE_MS = 5_000;
/** Pauses before asking again a collector that says it may be asked again (ms). */
const PAUSES_MS = [500, 2_000];
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const TELL_MS = 60_000;

/** Sends spans to a collector by OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), in batches. */
export class SpanExporter {
  readonly #options: ExporterOptions;
  readonly #url: string;
  readonly #timer: NodeJS.Timeout;
  #waiting: EndedSpan[] = [];
  #lost = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> | null = null;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
    this.#timer = setInterval(() => void this.flush(), EVERY_MS).unref();
  }

  readonly add = (span: EndedSpan): void => {
    if (this.#waiting.length >= MOST_WAITING) this.#lost++;
    else this.#waiting.push(span);
    if (this.#waiting.length === MOST_AT_ONCE) void this.flush();
  };

  /** Resolves when what is waiting is sent, or lost. Never throws. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.flush();
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const spans = this.#waiting.slice(0, MOST_AT_ONCE);
      this.#waiting = this.#waiting.slice(MOST_AT_ONCE);
      const failure = await this.#send(spans);
      if (failure !== null) {
        this.#tell(failure, spans.length);
        return;
      }
    }
  }

  /** @returns why it could not be sent */
  async #send(spans: readonly EndedSpan[]): Promise<string | null> {
    const { headers, serviceName } = this.#options;
    const body = JSON.stringify(toOtlp(spans, { 'service.name': serviceName }));
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#post(body, headers);
      const pause = PAUSES_MS[attempt];
      if (failure === null || !failure.again || pause === undefined) return failure?.reason ?? null;
      await sleep(pause, undefined, { ref: false });
    }
  }

  async #post(body: string, headers: Readonly<Record<string, string>>): Promise<{ reason: string; again: boolean } | null> {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await fetch(this.#url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body, signal, redirect: 'error' });
      await response.body?.cancel();
      return response.ok ? null : { reason: `status ${response.status}`, again: RETRYABLE.has(response.status) };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error), again: true };
    }
  }

  #tell(reason: string, count: number): void {
    this.#lost += count;
    if (performance.now() - this.#toldAt < TELL_MS) return;
    this.#toldAt = performance.now();
    this.#options.log.warn({ reason, lost: this.#lost }, 'spans could not be sent to the collector');
    this.#lost = 0;
  }
}
