import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream';
import fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { ResponseStream } from 'openai/lib/responses/ResponseStream';
import { describe, expect, test } from 'vitest';
import { ChatAnswerBuilder, type ChatAnswer } from '../../../src/operations/chat/answer.ts';
import type { ChatStreamEvent } from '../../../src/operations/chat/chat.ts';
import { message } from '../../../src/transport/rest/anthropic/messages/whole.ts';
import { MessageFrames } from '../../../src/transport/rest/anthropic/messages/stream.ts';
import { CompletionFrames } from '../../../src/transport/rest/openai/chat/stream.ts';
import { completion } from '../../../src/transport/rest/openai/chat/whole.ts';
import { outputOf } from '../../../src/transport/rest/openai/responses/items.ts';
import { responseObject } from '../../../src/transport/rest/openai/responses/response.ts';
import { ResponseFrames } from '../../../src/transport/rest/openai/responses/stream.ts';
import { NO_USAGE } from '../../../src/canonical/usage.ts';
import type { ChatEvent } from '../../../src/pipeline/pipeline.ts';

/** Whatever a model streams, the SDK's own accumulators put together what the same answer is when it comes whole. */

const piece = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const text = fc.record({ kind: fc.constant('text' as const), pieces: fc.array(piece, { minLength: 1, maxLength: 4 }), ended: fc.boolean(), cited: fc.option(piece) });
const thought = fc.record({ kind: fc.constant('thought' as const), pieces: fc.array(piece, { minLength: 1, maxLength: 3 }), signature: fc.base64String({ minLength: 4, maxLength: 12 }) });
const call = fc.record({ kind: fc.constant('call' as const), value: fc.dictionary(fc.constantFrom('a', 'b'), piece), cut: fc.nat(20) });
const vendor = fc.record({ kind: fc.constant('vendor' as const), query: piece });
const answer = fc.record({ parts: fc.array(fc.oneof(text, thought, call, vendor), { minLength: 1, maxLength: 6 }), refusal: fc.option(piece), length: fc.boolean(), late: fc.array(fc.nat(5), { maxLength: 12 }) });
type Generated = typeof answer extends fc.Arbitrary<infer T> ? T : never;

function eventsOf({ parts, refusal, length, late }: Generated): ChatEvent[] {
  const events: ChatEvent[] = [];
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'text') {
      events.push(...part.pieces.map((said): ChatEvent => ({ type: 'text', text: said })));
      const citations = part.cited === null ? null : { vendor: 'anthropic' as const, list: [{ type: 'char_location', cited_text: part.cited }] };
      if (part.ended) events.push({ type: 'textEnd', citations });
    } else if (part.kind === 'vendor') events.push({ type: 'vendor', vendor: 'anthropic', block: { type: 'server_tool_use', id: 'srv', name: 'web_search', input: { query: part.query } } });
    else if (part.kind === 'thought') {
      events.push(...part.pieces.map((said): ChatEvent => ({ type: 'reasoning', text: said, signature: null })));
      events.push({ type: 'reasoning', text: '', signature: part.signature });
    } else {
      const index = calls++;
      const written = JSON.stringify(part.value);
      events.push({ type: 'toolCallStart', index, id: `call_${index}`, name: 'tool' });
      for (const args of [written.slice(0, part.cut), written.slice(part.cut)]) if (args !== '') events.push({ type: 'toolCallDelta', index, arguments: args });
    }
  }
  if (refusal !== null) events.push({ type: 'refusal', text: refusal });
  const reason = length ? 'LENGTH' : refusal !== null ? 'REFUSAL' : calls > 0 ? 'TOOL_CALLS' : 'STOP';
  const usage = { ...NO_USAGE, input: 7, output: 3, cachedInput: 2, cacheWrite: 1, reasoning: 1 };
  const meta = { id: 'x', model: 'm', provider: 'p', targetModel: 't', usage, cost: { usd: 0 }, durationMs: 1, timeToFirstTokenMs: 1, cached: false, attempts: [], masked: [], warnings: [] };
  return [...woven(events, late), { type: 'finish', reason, model: 't' }, { type: 'meta', meta }];
}

/** As servers write that go on with several calls in turn: pieces of calls come so many places later. */
function woven(events: readonly ChatEvent[], late: readonly number[]): ChatEvent[] {
  const places = new Map<number, number>();
  let moved = 0;
  return events
    .map((event, at) => {
      if (event.type !== 'toolCallDelta') return { event, place: at };
      const place = Math.max(places.get(event.index) ?? 0, at + (late[moved++] ?? 0));
      places.set(event.index, place);
      return { event, place };
    })
    .toSorted((a, b) => a.place - b.place)
    .map(({ event }) => event);
}

function wholeOf(events: readonly ChatEvent[]): ChatAnswer {
  const builder = new ChatAnswerBuilder();
  for (const event of events) builder.push(event);
  return builder.answer();
}

/** As `chatEvents` streams them. */
async function* streamOf(events: readonly ChatEvent[]): AsyncGenerator<ChatStreamEvent> {
  const delta = { text: '', reasoning: null, refusal: null };
  let sequence = 0;
  for (const event of events) {
    if (event.type === 'textEnd') yield { sequence: sequence++, type: 'delta', ...delta, textEnd: { citations: event.citations } };
    else if (event.type === 'vendor') yield { sequence: sequence++, type: 'delta', ...delta, block: { vendor: event.vendor, block: event.block } };
    else if (event.type === 'text') yield { sequence: sequence++, type: 'delta', ...delta, text: event.text };
    else if (event.type === 'refusal') yield { sequence: sequence++, type: 'delta', ...delta, refusal: event.text };
    else if (event.type === 'reasoning') yield { sequence: sequence++, type: 'delta', ...delta, reasoning: event.text, ...(event.signature !== null && { signature: event.signature }) };
    else if (event.type === 'toolCallStart') yield { sequence: sequence++, type: 'toolCallDelta', index: event.index, id: event.id, name: event.name, arguments: '' };
    else if (event.type === 'toolCallDelta') yield { sequence: sequence++, type: 'toolCallDelta', index: event.index, id: null, name: null, arguments: event.arguments };
  }
  yield { sequence, type: 'done', answer: wholeOf(events) };
}

/** In batches of one, two, three: whatever comes together, the frames are the same. */
async function* inBatches(events: AsyncIterable<ChatStreamEvent>): AsyncGenerator<readonly ChatStreamEvent[]> {
  let batch: ChatStreamEvent[] = [];
  let length = 1;
  for await (const event of events) {
    batch.push(event);
    if (batch.length < length) continue;
    yield batch;
    batch = [];
    length = (length % 3) + 1;
  }
  if (batch.length > 0) yield batch;
}

/** The data of the events, a line each, as the SDKs take a stream from another runtime. */
async function linesOf(frames: AsyncIterable<string>): Promise<ReadableStream> {
  const all = (await Array.fromAsync(frames)).join('');
  const data = all
    .split('\n\n')
    .flatMap((frame) => frame.split('\n').filter((line) => line.startsWith('data: ')))
    .map((line) => line.slice('data: '.length))
    .filter((line) => line !== '[DONE]' && line !== '{"type":"ping"}');
  return new Blob([data.map((line) => `${line}\n`).join('')]).stream();
}

const RUNS = { numRuns: 150 };

describe('a streamed answer is the whole one in pieces', () => {
  test('of chat completions', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (generated) => {
        const events = eventsOf(generated);
        const head = { id: 'c', created: 1, model: 'm' };
        const streamed = await ChatCompletionStream.fromReadableStream(await linesOf(new CompletionFrames(head, true).of(inBatches(streamOf(events))))).finalChatCompletion();
        const whole = JSON.parse(JSON.stringify(completion(head, wholeOf(events)))) as { choices: { finish_reason: string; message: Record<string, unknown> }[]; usage: unknown };
        const [expected] = whole.choices;
        const [got] = streamed.choices;
        expect(got?.finish_reason).toBe(expected?.finish_reason);
        // A stream has begun before it is known that there is no text.
        expect(got?.message.content ?? '').toBe(expected?.message['content'] ?? '');
        expect(got?.message.refusal ?? null).toBe(expected?.message['refusal']);
        expect(JSON.parse(JSON.stringify(got?.message.tool_calls ?? null))).toEqual(expected?.message['tool_calls'] ?? null);
        expect(streamed.usage).toEqual(whole.usage);
      }),
      RUNS,
    );
  });

  test('of messages', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (generated) => {
        const events = eventsOf(generated);
        const frames = new MessageFrames({ id: 'x', model: 'm', inputTokens: 5 }).of(inBatches(streamOf(events)));
        const streamed = await MessageStream.fromReadableStream(await linesOf(frames)).finalMessage();
        const { content, stop_reason, stop_details, usage } = message('x', wholeOf(events));
        expect(JSON.parse(JSON.stringify(streamed.content))).toEqual(JSON.parse(JSON.stringify(content)));
        expect(streamed).toMatchObject({ stop_reason, stop_details, usage: { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens } });
      }),
      RUNS,
    );
  });

  test('of responses', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (generated) => {
        const events = eventsOf(generated);
        const head = { id: 'resp_x', createdAt: 1, model: 'm', body: {} };
        const whole = wholeOf(events);
        const { items, parts } = outputOf('x', whole);
        const ended = (told: ChatAnswer, output: { items: object[]; parts: Map<string, unknown> }): string => {
          expect(output.items).toEqual(items);
          expect([...output.parts]).toEqual([...parts]);
          return JSON.stringify(responseObject(head, { status: 'ended', finishReason: told.finishReason, output: output.items, usage: told.meta.usage }));
        };
        const streamed = await ResponseStream.fromReadableStream(await linesOf(new ResponseFrames(head, 'x', ended).of(inBatches(streamOf(events))))).finalResponse();
        expect(streamed.output.map(({ id }) => id)).toEqual(items.map((item) => ('id' in item ? item.id : null)));
        expect(streamed.output_text).toBe(generated.parts.flatMap((part) => (part.kind === 'text' ? part.pieces : [])).join(''));
      }),
      RUNS,
    );
  });
});
