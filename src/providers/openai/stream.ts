import type { ChatChunk } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import type { TokenUsage } from '../../canonical/usage.ts';
import type { StreamProgress, StreamTranslator } from '../http/answer-stream.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { fields, garbled, isFields, isJsonObject, list, optionalString, parseFields, type Fields } from '../shared/fields.ts';
import { failureOfErrorObject } from './errors.ts';
import { finishReason } from './finish.ts';
import { SameChunk } from './same-chunk.ts';
import { readUsage } from './usage.ts';

/** Reads `chat.completion.chunk` events, from the vendor itself and from servers that speak like it. */
export class OpenAIStream implements StreamTranslator {
  #progress: StreamProgress = 'open';
  #finishWord = '';
  #model: string | null = null;
  #usage: TokenUsage | null = null;
  #tier: unknown = null;
  #refused = false;
  readonly #toolUses: TokenUsage['toolUses'];
  /** The id of each tool call by its place; a call is open from the chunk that names it. */
  readonly #calls: string[] = [];
  readonly #same = new SameChunk();
  /** Places of the calls that have arguments. */
  readonly #written = new Set<number>();

  /** @param toolUses of the vendor's own tools, which it does not count */
  constructor(toolUses?: TokenUsage['toolUses']) {
    this.#toolUses = toolUses;
  }

  progress(): StreamProgress {
    return this.#progress;
  }

  take(event: ServerSentEvent): ChatChunk[] {
    if (event.data === '[DONE]') {
      if (this.#progress === 'open') throw new UpstreamFailure('cut', 'the stream ended before the answer was complete');
      this.#progress = 'ended';
      return [];
    }
    const text = event.event === 'message' ? this.#same.textOf(event.data) : null;
    if (text !== null) return text === '' ? [] : [{ type: 'text', text }];
    const chunk = parseFields(event.data);
    if (chunk['error'] !== undefined && chunk['error'] !== null) throw failureOfErrorObject(chunk['error']);
    if (event.event === 'error' || chunk['object'] === 'error') throw failureOfErrorObject(chunk);

    const out: ChatChunk[] = [];
    if (typeof chunk['model'] === 'string' && chunk['model'] !== '') this.#model = chunk['model'];
    this.#tier = chunk['service_tier'] ?? this.#tier;
    this.#usage = readUsage(chunk['usage'], this.#tier, this.#toolUses) ?? this.#usage;
    for (const choice of list(chunk['choices'], 'choices')) this.#takeChoice(fields(choice, 'a choice'), out);
    const [only, ...more] = out;
    if (only?.type === 'text' && more.length === 0 && this.#progress === 'open') this.#same.learn(event.data, only.text);
    return out;
  }

  close(): ChatChunk[] {
    const reason = finishReason(this.#finishWord, { toolCalls: this.#calls.length > 0, refusal: this.#refused });
    const finish: ChatChunk = { type: 'finish', reason, model: this.#model };
    // A tool without parameters: some servers write nothing where others write an empty object.
    const empty = reason === 'TOOL_CALLS' ? [...this.#calls.keys()].filter((index) => !this.#written.has(index)) : [];
    return [
      ...empty.map((index): ChatChunk => ({ type: 'toolCallDelta', index, arguments: '{}' })),
      ...(this.#usage ? [{ type: 'usage' as const, usage: this.#usage }] : []),
      finish,
    ];
  }

  #takeChoice(choice: Fields, out: ChatChunk[]): void {
    // One answer was asked for; a second would be another's.
    if (choice['index'] !== undefined && choice['index'] !== 0) return;
    const delta = choice['delta'] ?? {};
    if (!isFields(delta)) throw garbled('a delta is no object');

    // DeepSeek and vLLM show their models' thinking beside the content, under one of two names.
    const reasoning = optionalString(delta['reasoning_content'] ?? delta['reasoning'], 'reasoning');
    if (reasoning !== '') out.push({ type: 'reasoning', text: reasoning, signature: null });
    const text = optionalString(delta['content'], 'content');
    if (text !== '') out.push({ type: 'text', text });
    const annotations = list(delta['annotations'] ?? [], 'annotations').filter(isJsonObject);
    if (annotations.length > 0) out.push({ type: 'textEnd', citations: { vendor: 'openai', list: annotations } });
    if (isJsonObject(choice['logprobs'])) out.push({ type: 'logprobs', logprobs: choice['logprobs'] });
    const refusal = optionalString(delta['refusal'], 'refusal');
    if (refusal !== '') {
      this.#refused = true;
      out.push({ type: 'refusal', text: refusal });
    }
    for (const call of list(delta['tool_calls'] ?? [], 'tool_calls')) this.#takeToolCall(fields(call, 'a tool call'), out);

    const finish = optionalString(choice['finish_reason'], 'finish_reason');
    if (finish !== '') {
      this.#finishWord = finish;
      this.#progress = 'answered';
    }
  }

  #takeToolCall(call: Fields, out: ChatChunk[]): void {
    const id = optionalString(call['id'], 'the id of a tool call');
    const piece = fields(call['function'] ?? {}, 'a function call');
    const name = optionalString(piece['name'], 'the name of a function');
    const index = this.#indexOf(call, id);
    if (this.#calls[index] === undefined) {
      if (name === '') throw garbled('a tool call without a name');
      // Some servers give no id; what goes back to them needs one all the same.
      const known = id === '' ? `call_${index}` : id;
      this.#calls[index] = known;
      out.push({ type: 'toolCallStart', index, id: known, name });
    }
    const text = optionalString(piece['arguments'], 'the arguments of a function');
    if (text === '') return;
    this.#written.add(index);
    out.push({ type: 'toolCallDelta', index, arguments: text });
  }

  #indexOf(call: Fields, id: string): number {
    const { index } = call;
    if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index <= this.#calls.length) return index;
    if (index !== undefined && index !== null) throw garbled('a tool call out of its place');
    // Without a place, a new id opens a new call and no id goes on with the last.
    const known = this.#calls.indexOf(id);
    if (known >= 0) return known;
    return id === '' && this.#calls.length > 0 ? this.#calls.length - 1 : this.#calls.length;
  }
}
