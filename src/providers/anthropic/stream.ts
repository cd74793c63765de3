import type { ChatChunk } from '../../canonical/chat.ts';
import { redactedSignature } from '../../canonical/redacted.ts';
import type { StreamProgress, StreamTranslator } from '../http/answer-stream.ts';
import type { ServerSentEvent } from '../http/sse.ts';
import { fields, garbled, optionalString, parseFields, string, type Fields } from '../shared/fields.ts';
import { failureOfErrorObject } from './errors.ts';
import { finishReason, refusalChunks } from './finish.ts';
import { UsageCounter } from './usage.ts';

/** What a block of content is to the caller. */
type Block =
  | { type: 'text' | 'reasoning' | 'other' }
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
  #progress: StreamProgress = 'open';
  #model: string | null = null;
  #toolCalls = 0;
  #stopReason = '';
  #stopDetails: unknown;
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
      default:
        // The vendor may add events, and says that unknown ones are to be passed over; `ping` is one such.
        string(said['type'], 'the type of an event');
        return [];
    }
  }

  close(): ChatChunk[] {
    const usage = this.#usage.usage();
    return [
      ...refusalChunks(this.#stopReason, this.#stopDetails),
      ...(usage ? [{ type: 'usage' as const, usage }] : []),
      {
        type: 'finish',
        reason: finishReason(this.#stopReason, this.#jsonTool !== null),
        model: this.#model,
        ...(this.#stopSequence !== null && { stopSequence: this.#stopSequence }),
      },
    ];
  }

  #open(index: number, block: Fields): ChatChunk[] {
    if (this.#blocks.has(index)) throw garbled('a block opens twice');
    switch (block['type']) {
      case 'text':
        return this.#start(index, { type: 'text' }, block['text'], (text) => ({ type: 'text', text }));
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
        return [{ type: 'toolCallStart', index: place, id: string(block['id'], 'the id of a tool call'), name }];
      }
      default:
        string(block['type'], 'the type of a block');
        this.#blocks.set(index, { type: 'other' });
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
      case 'input_json_delta':
        return write(block, string(delta['partial_json'], 'partial_json'));
      default:
        string(delta['type'], 'the type of a delta');
        return [];
    }
  }

  #close(index: number): ChatChunk[] {
    const block = this.#blocks.get(index);
    if (!block) throw garbled('a block ends that was not open');
    this.#blocks.delete(index);
    if ('written' in block && !block.written) this.#unwritten.push(...write(block, JSON.stringify(fields(block.input ?? {}, 'the input of a tool'))));
    return [];
  }

  #takeMessageDelta(said: Fields): ChatChunk[] {
    const delta = fields(said['delta'], 'delta');
    this.#usage.take(said['usage']);
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
