import type { Message, RawMessageDeltaEvent } from '@anthropic-ai/sdk/resources/messages';
import { redactedData } from '../../../../canonical/redacted.ts';
import { NO_USAGE } from '../../../../canonical/usage.ts';
import type { Citations, VendorBlock } from '../../../../canonical/vendor-tools.ts';
import type { ChatStreamEvent } from '../../../../operations/chat/chat.ts';
import { CallsInOrder } from '../../calls-in-order.ts';
import { failureOf } from '../../failure.ts';
import { lateHeaders } from '../../meta-headers.ts';
import { errorBody } from '../errors.ts';
import { messageUsage, stopOf, usageRest } from './finish.ts';
import { opaqueBlock, opaqueCitations, opaqueContainer } from './opaque.ts';

const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

export interface MessageHead {
  id: string;
  /** The public model that was asked. */
  model: string;
  /** Estimated. */
  inputTokens: number;
}

type Delta = Extract<ChatStreamEvent, { type: 'delta' }>;
type ToolCallDelta = Extract<ChatStreamEvent, { type: 'toolCallDelta' }>;

/** A streamed answer as the events of a message: blocks one after the other, each opened and closed. */
export class MessageFrames {
  readonly #head: MessageHead;
  /** The block that is open, by its kind; a tool call by its place among the calls. */
  #open: 'text' | 'thinking' | number | null = null;
  /** The index of the block that is open, or of the last. */
  #index = -1;
  /** What comes before and after the text of a delta of the open block. */
  #before = '';
  /** Null until the answer is complete. */
  trailers: Record<string, string> | null = null;

  constructor(head: MessageHead) {
    this.#head = head;
  }

  async *of(batches: AsyncIterable<readonly ChatStreamEvent[]>): AsyncGenerator<string> {
    let opening = this.#start() + PING;
    const order = new CallsInOrder();
    for await (const events of batches) {
      let frame = '';
      for (const event of events) for (const next of order.push(event)) frame += this.#frameOf(next);
      if (frame === '') continue;
      yield opening + frame;
      opening = '';
    }
  }

  #frameOf(event: ChatStreamEvent): string {
    switch (event.type) {
      case 'delta':
        return this.#delta(event);
      case 'toolCallDelta':
        return this.#toolCall(event);
      case 'done':
        return this.#close() + this.#end(event.answer);
      case 'error':
        return `event: error\ndata: ${JSON.stringify(errorBody(failureOf(event.error)))}\n\n`;
      // Nobody can be told here that an answer begins anew; the gateway is not asked for such answers.
      case 'restart':
        return '';
    }
  }

  #delta({ text, reasoning, signature, textEnd, block }: Delta): string {
    if (textEnd !== undefined) return this.#textEnd(textEnd.citations);
    if (block !== undefined) return this.#vendorBlock(block);
    if (text !== '') return this.#enter('text', '{"type":"text","text":"","citations":null}', '{"type":"text_delta","text":') + this.#piece(text);
    // A refusal is told at the end, as the reason for it.
    if (reasoning === null) return '';
    const data = signature === undefined ? null : redactedData(signature);
    if (data !== null) return this.#redacted(data);
    const thought = reasoning === '' && signature === undefined ? '' : this.#thinking();
    const said = reasoning === '' ? '' : this.#piece(reasoning);
    return thought + said + (signature === undefined ? '' : this.#signed(signature));
  }

  #thinking(): string {
    return this.#enter('thinking', '{"type":"thinking","thinking":"","signature":""}', '{"type":"thinking_delta","thinking":');
  }

  #textEnd(citations: Citations | null): string {
    if (this.#open !== 'text') return '';
    const cited = (opaqueCitations(citations) ?? []).map((citation) => this.#deltaOf(JSON.stringify({ type: 'citations_delta', citation })));
    return cited.join('') + this.#close();
  }

  /** What the vendor has said whole. Its input comes as that of a tool call does: accumulators expect it so. */
  #vendorBlock(said: VendorBlock): string {
    const block = opaqueBlock(said);
    if (block === null) return '';
    if (!('input' in block)) return this.#close() + this.#openBlock(JSON.stringify(block)) + this.#closeBlock();
    const opened = this.#close() + this.#openBlock(JSON.stringify({ ...block, input: {} }));
    return opened + this.#deltaOf(JSON.stringify({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) })) + this.#closeBlock();
  }

  #deltaOf(delta: string): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":${delta}}\n\n`;
  }

  /** A signature closes its block. */
  #signed(signature: string): string {
    return this.#deltaOf(`{"type":"signature_delta","signature":${JSON.stringify(signature)}}`) + this.#close();
  }

  #redacted(data: string): string {
    return this.#close() + this.#openBlock(`{"type":"redacted_thinking","data":${JSON.stringify(data)}}`) + this.#closeBlock();
  }

  #toolCall({ index, id, name, arguments: args, caller }: ToolCallDelta): string {
    let opened = '';
    if (id !== null && name !== null) {
      const block = `{"type":"tool_use","id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"input":{},"caller":${caller === undefined ? '{"type":"direct"}' : JSON.stringify(caller)}}`;
      opened = this.#enter(index, block, '{"type":"input_json_delta","partial_json":');
    }
    return args === '' ? opened : opened + this.#piece(args);
  }

  /** Opens a block, unless it is open. */
  #enter(kind: 'text' | 'thinking' | number, block: string, delta: string): string {
    if (this.#open === kind) return '';
    const frames = this.#close() + this.#openBlock(block);
    this.#open = kind;
    this.#before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":${delta}`;
    return frames;
  }

  #piece(text: string): string {
    return `${this.#before}${JSON.stringify(text)}}}\n\n`;
  }

  #close(): string {
    if (this.#open === null) return '';
    this.#open = null;
    return this.#closeBlock();
  }

  #openBlock(block: string): string {
    this.#index += 1;
    return `event: content_block_start\ndata: {"type":"content_block_start","index":${this.#index},"content_block":${block}}\n\n`;
  }

  #closeBlock(): string {
    return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${this.#index}}\n\n`;
  }

  #start(): string {
    const { id, model, inputTokens } = this.#head;
    const usage = { ...messageUsage({ ...NO_USAGE, input: inputTokens, reported: false }), ...usageRest({}) };
    const nothing = { container: null, diagnostics: null, stop_reason: null, stop_sequence: null, stop_details: null };
    const message: Message = { id, type: 'message', role: 'assistant', model, content: [], ...nothing, usage };
    return `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`;
  }

  #end(answer: Extract<ChatStreamEvent, { type: 'done' }>['answer']): string {
    this.trailers = lateHeaders(answer.meta);
    const { warnings } = answer.meta;
    // What a header can no longer say; programs that know nothing of it pass it over.
    const kanon = warnings.length === 0 ? {} : { kanon: { warnings } };
    const ending: RawMessageDeltaEvent = { type: 'message_delta', delta: { container: opaqueContainer(answer.container), ...stopOf(answer) }, usage: messageUsage(answer.meta.usage), ...kanon };
    return `event: message_delta\ndata: ${JSON.stringify(ending)}\n\n${STOP}`;
  }
}
