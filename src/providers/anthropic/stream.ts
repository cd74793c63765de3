import type { ChatChunk, JsonObject } from '../../canonical/chat.ts';
import { redactedSignature } from '../../canonical/redacted.ts';
import { toolOfBlock } from '../../canonical/vendor-tools.ts';
import type { StreamProgress, StreamTranslator } from '../http/answer-stream.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { fields, garbled, isJsonObject, list, optionalString, parseFields, string, type Fields } from '../shared/fields.ts';
import { callerOf, isUse, PAUSED, parseInput } from './own-tools.ts';
import { failureOfErrorObject } from './errors.ts';
import { finishReason, refusalChunks } from './finish.ts';
import { UsageCounter } from './usage.ts';

/** What a block of content is to the caller. */
type Block =
  | { type: 'text'; citations: JsonObject[] }
  | { type: 'reasoning' | 'other' }
  /** Of the vendor's own; `json` is what its input is written in, piece by piece. */
  | { type: 'vendor'; block: JsonObject; json: string[] }
  /** `input` is what the block opened with; it holds if no piece of JSON follows. */
  | { type: 'json'; input: unknown; written: boolean }
  | { type: 'toolCall'; index: number; input: unknown; written: boolean };

/** Reads the events of a `/v1/messages` stream. */
export class AnthropicStream implements StreamTranslator {
  /** The tool that stands for JSON output; its arguments are the text of the answer. */
  readonly #jsonTool: string | null;
  readonly #usage = new UsageCounter();
  /** Blocks that are open, by their index; the vendor opens one at a time. */
  readonly #blocks = new Map<number, Block>();
  /** Arguments of tools that were called without a piece of JSON; an answer that ran out of tokens looks the same. */
  readonly #unwritten: ChatChunk[] = [];
  /** The last block was a text, and nothing has said yet that it is one by itself. */
  #afterText = false;
  /** The vendor's own tools are at work. */
  #working = false;
  #progress: StreamProgress = 'open';
  #model: string | null = null;
  #toolCalls = 0;
  #stopReason = '';
  #stopDetails: unknown;
  #container: unknown;
  #stopSequence: string | null = null;

  constructor(jsonTool: string | null) {
    this.#jsonTool = jsonTool;
  }

  progress(): StreamProgress {
    return this.#progress;
  }

  take(event: ServerSentEvent): ChatChunk[] {
    const said = parseFields(event.data);
    switch (said['type']) {
      case 'message_start': {
        const message = fields(said['message'], 'message');
        this.#model = optionalString(message['model'], 'model') || null;
        this.#usage.take(message['usage']);
        return [];
      }
      case 'content_block_start':
        // What was followed by more was not cut off.
        return [...this.#unwritten.splice(0), ...this.#open(indexOf(said), fields(said['content_block'], 'content_block'))];
      case 'content_block_delta':
        return this.#extend(indexOf(said), fields(said['delta'], 'delta'));
      case 'content_block_stop':
        return this.#close(indexOf(said));
      case 'message_delta':
        return this.#takeMessageDelta(said);
      case 'message_stop':
        if (this.#stopReason === '') throw garbled('the message ends without a reason');
        this.#progress = 'ended';
        return [];
      case 'error':
        throw failureOfErrorObject(said);
      case 'ping':
        // While a tool of the vendor's runs nothing else comes, and it is no silence.
        return this.#working ? this.#usageSoFar() : [];
      default:
        // The vendor may add events, and says that unknown ones are to be passed over.
        string(said['type'], 'the type of an event');
        return [];
    }
  }

  close(): ChatChunk[] {
    return [
      ...refusalChunks(this.#stopReason, this.#stopDetails),
      ...this.#usageSoFar(),
      {
        type: 'finish',
        reason: finishReason(this.#stopReason, this.#jsonTool !== null),
        model: this.#model,
        ...(this.#stopSequence !== null && { stopSequence: this.#stopSequence }),
        ...(this.#stopReason === PAUSED && { paused: true }),
        ...(isJsonObject(this.#container) && { container: this.#container }),
      },
    ];
  }

  #usageSoFar(): ChatChunk[] {
    const usage = this.#usage.usage();
    return usage === null ? [] : [{ type: 'usage', usage }];
  }

  #open(index: number, block: Fields): ChatChunk[] {
    if (this.#blocks.has(index)) throw garbled('a block opens twice');
    const afterText = this.#afterText;
    this.#afterText = false;
    switch (block['type']) {
      case 'text': {
        const apart: ChatChunk[] = afterText ? [{ type: 'textEnd', citations: null }] : [];
        return [...apart, ...this.#start(index, { type: 'text', citations: list(block['citations'] ?? [], 'citations').filter(isJsonObject) }, block['text'], (text) => ({ type: 'text', text }))];
      }
      case 'thinking':
        return this.#start(index, { type: 'reasoning' }, block['thinking'], (text) => ({ type: 'reasoning', text, signature: null }));
      case 'redacted_thinking': {
        this.#blocks.set(index, { type: 'other' });
        return [{ type: 'reasoning', text: '', signature: redactedSignature(string(block['data'], 'data')) }];
      }
      case 'tool_use': {
        const name = string(block['name'], 'the name of a tool');
        if (name === this.#jsonTool) {
          this.#blocks.set(index, { type: 'json', input: block['input'], written: false });
          return [];
        }
        const place = this.#toolCalls++;
        this.#blocks.set(index, { type: 'toolCall', index: place, input: block['input'], written: false });
        return [{ type: 'toolCallStart', index: place, id: string(block['id'], 'the id of a tool call'), name, ...callerOf(block) }];
      }
      default:
        string(block['type'], 'the type of a block');
        this.#blocks.set(index, isJsonObject(block) ? { type: 'vendor', block, json: [] } : { type: 'other' });
        return [];
    }
  }

  #start(index: number, block: Block, initial: unknown, say: (text: string) => ChatChunk): ChatChunk[] {
    this.#blocks.set(index, block);
    const text = optionalString(initial, 'the beginning of a block');
    return text === '' ? [] : [say(text)];
  }

  #extend(index: number, delta: Fields): ChatChunk[] {
    const block = this.#blocks.get(index);
    if (!block) throw garbled('a delta of a block that is not open');
    switch (delta['type']) {
      case 'text_delta':
        return unlessEmpty(string(delta['text'], 'text'), (text) => ({ type: 'text', text }));
      case 'thinking_delta':
        return unlessEmpty(string(delta['thinking'], 'thinking'), (text) => ({ type: 'reasoning', text, signature: null }));
      case 'signature_delta':
        return [{ type: 'reasoning', text: '', signature: string(delta['signature'], 'signature') }];
      case 'input_json_delta': {
        const json = string(delta['partial_json'], 'partial_json');
        if (block.type === 'vendor') block.json.push(json);
        return write(block, json);
      }
      case 'citations_delta':
        if (block.type === 'text' && isJsonObject(delta['citation'])) block.citations.push(delta['citation']);
        return [];
      default:
        string(delta['type'], 'the type of a delta');
        return [];
    }
  }

  #close(index: number): ChatChunk[] {
    const block = this.#blocks.get(index);
    if (!block) throw garbled('a block ends that was not open');
    this.#blocks.delete(index);
    if (block.type === 'text') {
      this.#afterText = block.citations.length === 0;
      return this.#afterText ? [] : [{ type: 'textEnd', citations: { vendor: 'anthropic', list: block.citations } }];
    }
    if (block.type === 'vendor') return this.#closeVendor(block);
    if ('written' in block && !block.written) this.#unwritten.push(...write(block, JSON.stringify(fields(block.input ?? {}, 'the input of a tool'))));
    return [];
  }

  #closeVendor({ block, json }: Extract<Block, { type: 'vendor' }>): ChatChunk[] {
    const written = json.join('');
    const whole = written === '' ? block : { ...block, input: parseInput(written) };
    this.#working = isUse(whole);
    if (this.#working) this.#usage.used(toolOfBlock({ vendor: 'anthropic', block: whole }));
    return [{ type: 'vendor', vendor: 'anthropic', block: whole }, ...this.#usageSoFar()];
  }

  #takeMessageDelta(said: Fields): ChatChunk[] {
    const delta = fields(said['delta'], 'delta');
    this.#usage.take(said['usage']);
    this.#container = delta['container'];
    const reason = optionalString(delta['stop_reason'], 'stop_reason');
    if (reason !== '') {
      this.#stopReason = reason;
      this.#stopDetails = delta['stop_details'];
      this.#stopSequence = optionalString(delta['stop_sequence'], 'stop_sequence') || null;
      this.#progress = 'answered';
    }
    return reason === 'tool_use' ? this.#unwritten.splice(0) : [];
  }
}

/** A piece of a tool's arguments; the vendor also begins with an empty one. */
function write(block: Block, json: string): ChatChunk[] {
  if (!('written' in block) || json === '') return [];
  block.written = true;
  return [block.type === 'toolCall' ? { type: 'toolCallDelta', index: block.index, arguments: json } : { type: 'text', text: json }];
}

function unlessEmpty(text: string, say: (text: string) => ChatChunk): ChatChunk[] {
  return text === '' ? [] : [say(text)];
}

function indexOf(event: Fields): number {
  const { index } = event;
  if (typeof index !== 'number') throw garbled('a block without an index');
  return index;
}
