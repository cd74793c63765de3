import { Agent, request as send } from 'node:http';

export interface LoadRequest {
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  /** Milliseconds, sorted. */
  latencies: number[];
  /** Milliseconds to the first text of the model, sorted. */
  firstTexts: number[];
}

/**
 * Sends a fixed number of requests, so many at once, over connections that are kept. Bounded in count and time.
 * @throws Error at the first answer that is not 200 or does not hold what is expected
 */
export async function load(target: LoadRequest, options: { requests: number; concurrency: number; expect: string; first?: string }): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const latencies: number[] = [];
  const firstTexts: number[] = [];
  let left = options.requests;
  const startedAt = performance.now();
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const { totalMs, firstMs, body } = await once(agent, target, options.first ?? options.expect);
      if (!body.includes(options.expect)) throw new Error(`an unexpected answer: ${body.slice(0, 500)}`);
      latencies.push(totalMs);
      firstTexts.push(firstMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, caller));
  } finally {
    agent.destroy();
  }
  const ascending = (a: number, b: number) => a - b;
  return {
    requests: options.requests,
    seconds: (performance.now() - startedAt) / 1_000,
    latencies: latencies.toSorted(ascending),
    firstTexts: firstTexts.toSorted(ascending),
  };
}

/** @param first what the first text of the model has in it: a stream may begin with a comment */
function once(agent: Agent, { port, path, headers, body }: LoadRequest, first: string): Promise<{ totalMs: number; firstMs: number; body: string }> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const request = send({ agent, host: '127.0.0.1', port, path, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, timeout: 30_000 }, (response) => {
      const chunks: Buffer[] = [];
      let firstMs = 0;
      response.on('data', (chunk: Buffer) => {
        if (firstMs === 0 && chunk.includes(first)) firstMs = performance.now() - startedAt;
        chunks.push(chunk);
      });
      response.on('end', () => resolve({ totalMs: performance.now() - startedAt, firstMs, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 30 s')));
    request.on('error', reject);
    request.end(body);
  });
}

/** The value below which a share of sorted values lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values.toSorted((a, b) => a - b), 0.5);
}
