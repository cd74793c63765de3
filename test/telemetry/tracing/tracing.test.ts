import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answers, failsWith, startFakeOpenAI, tokens, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { parseTraceparent } from '../../../src/telemetry/tracing/traceparent.ts';

interface Value {
  stringValue?: string;
  intValue?: string;
  boolValue?: boolean;
  doubleValue?: number;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Value }[];
  status?: { code: number };
}

interface Otlp {
  resourceSpans: { resource: { attributes: { key: string; value: Value }[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

/** A collector that takes OTLP/HTTP in JSON. */
class Collector {
  readonly bodies: Otlp[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  /** Statuses of the next answers; 200 when there is none left. */
  statuses: number[] = [];
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const status = this.statuses.shift() ?? 200;
      if (status === 200 && request.url === '/v1/traces') {
        this.headers.push(request.headers);
        this.bodies.push(JSON.parse(Buffer.concat(parts).toString()) as Otlp);
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get spans(): OtlpSpan[] {
    return this.bodies.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  }

  /** Spans by name, once one of that name has come. */
  async until(name: string): Promise<Map<string, OtlpSpan>> {
    await vi.waitFor(
      () => {
        if (!this.spans.some((span) => span.name === name)) throw new Error(`no span ${name} came`);
      },
      { timeout: 20_000 },
    );
    return new Map(this.spans.map((span) => [span.name, span]));
  }
}

function attribute(span: OtlpSpan | undefined, key: string): string | number | boolean | undefined {
  const value = span?.attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.boolValue ?? value?.doubleValue ?? (value?.intValue === undefined ? undefined : Number(value.intValue));
}

let vendor: FakeVendor;
let collector: Collector;
let endpoint: string;

beforeEach(async () => {
  vendor = await startFakeOpenAI(answers({ text: 'Hello.', usage: { input: 12, output: 3 } }));
  collector = new Collector();
  endpoint = await collector.start();
});
afterEach(async () => {
  await vendor.close();
  await collector.close();
});

const start = (otlp: Record<string, unknown> | null) =>
  TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test' }] } },
      ...(otlp === null ? {} : { telemetry: { otlp: { endpoint, ...otlp } } }),
    },
  });

const ASK = 'query Greet { chat(input: { messages: [{ role: USER, content: [{ text: "Käsekuchen-4711" }] }] }) { text } }';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe('traces', () => {
  test('go from the caller through operation, call, stages and attempt to the vendor', async () => {
    await using gateway = await start({ headers: { 'x-collector-key': 'abc' }, serviceName: 'shop-gateway' });
    await gateway.query(ASK, {}, { headers: { traceparent: CALLER } });
    const spans = await collector.until('POST /graphql');
    const chain = ['POST /graphql', 'graphql query', 'chat support', 'chat gpt-test'].map((name) => spans.get(name));
    expect(chain.map((span) => span?.traceId)).toEqual(chain.map(() => TRACE_ID));
    expect(chain.map((span) => span?.parentSpanId)).toEqual(['b7ad6b7169203331', ...chain.slice(0, -1).map((span) => span?.spanId)]);
    expect(chain.map((span) => span?.kind)).toEqual([2, 1, 1, 3]);
    for (const stage of ['authorise', 'reserve', 'mask']) expect(spans.get(stage)?.parentSpanId).toBe(chain[2]?.spanId);
    expect(vendor.requests[0]?.headers['traceparent']).toBe(`00-${TRACE_ID}-${chain[3]?.spanId}-01`);
    expect(collector.headers[0]?.['x-collector-key']).toBe('abc');
    expect(collector.bodies[0]?.resourceSpans[0]?.resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'shop-gateway' } }]);
  });

  test('name what was asked and used as OpenTelemetry does, and hold no content', async () => {
    await using gateway = await start({});
    await gateway.query(ASK);
    const spans = await collector.until('POST /graphql');
    const attempt = spans.get('chat gpt-test');
    expect(Object.fromEntries(['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'].map((key) => [key, attribute(attempt, key)]))).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-test',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 3,
    });
    expect(attribute(spans.get('chat support'), 'kanon.app')).toBe('admin');
    expect(BigInt(attempt?.endTimeUnixNano ?? 0)).toBeGreaterThan(BigInt(attempt?.startTimeUnixNano ?? 0));
    expect(JSON.stringify(collector.bodies)).not.toMatch(/kuchen|Hello/);
  });

  test('show failures by their kind', async () => {
    await using gateway = await start({});
    vendor.behave(failsWith(500));
    await gateway.query(ASK);
    const spans = await collector.until('POST /graphql');
    expect(spans.get('chat gpt-test')).toMatchObject({ status: { code: 2 } });
    expect(attribute(spans.get('chat gpt-test'), 'error.type')).toBe('server');
    expect(attribute(spans.get('chat support'), 'error.type')).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('hold streams over a socket too', async () => {
    await using gateway = await start({});
    vendor.behave(tokens(3));
    await gateway.collect('subscription { chat(input: { messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { __typename } }');
    const spans = await collector.until('graphql subscription');
    expect(spans.get('chat support')?.parentSpanId).toBe(spans.get('graphql subscription')?.spanId);
    expect(vendor.requests[0]?.headers['traceparent']).toContain(spans.get('chat gpt-test')?.spanId);
  });

  test('hold the REST facade too', async () => {
    await using gateway = await start({});
    await gateway.fetch('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json', traceparent: CALLER }, body: JSON.stringify({ model: 'support', messages: [{ role: 'user', content: 'Hello' }] }) });
    const spans = await collector.until('POST /v1');
    expect(spans.get('chat support')?.parentSpanId).toBe(spans.get('POST /v1')?.spanId);
  });

  test('are kept where the caller keeps them, and by share where they begin here', async () => {
    await using gateway = await start({ sample: 0 });
    await gateway.query(ASK);
    await gateway.query(ASK, {}, { headers: { traceparent: CALLER.replace(/01$/, '00') } });
    await gateway.query(ASK, {}, { headers: { traceparent: CALLER } });
    await collector.until('POST /graphql');
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
    expect(collector.spans.filter(({ name }) => name === 'POST /graphql')).toHaveLength(1);
  });

  test('come once the collector is well again, and an answer never waits for it', async () => {
    await using gateway = await start({});
    collector.statuses = [503];
    expect((await gateway.query(ASK)).errors).toBeUndefined();
    expect((await collector.until('POST /graphql')).has('chat gpt-test')).toBe(true);
  });

  test('are not made where nobody wants them', async () => {
    await using gateway = await start(null);
    await gateway.query(ASK, {}, { headers: { traceparent: CALLER } });
    expect(vendor.requests[0]?.headers['traceparent']).toBeUndefined();
  });
});

test.each(['', 'x', '00-0-0-01', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `00-${TRACE_ID}-${'0'.repeat(16)}-01`, `ff-${TRACE_ID}-b7ad6b7169203331-01`, `${CALLER}-more`, undefined])('%j is no traceparent', (header) => {
  expect(parseTraceparent(header)).toBeNull();
});
