import { redactedData } from '../../../../canonical/redacted.ts';
import type { Citations } from '../../../../canonical/vendor-tools.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';
import type { ChatStreamEvent } from '../../../../operations/chat/chat.ts';
import { CallsInOrder } from '../../calls-in-order.ts';
import { failureOf } from '../../failure.ts';
import { lateHeaders } from '../../meta-headers.ts';
import { errorObject } from '../errors.ts';
import { callItem, itemId, reasoningItem, reasoningPart, refusalItem, refusalPart, textItem, textPart, type ItemKind, type Output } from './items.ts';
import { responseObject, type ResponseHead } from './response.ts';

type Kind = 'text' | 'refusal' | 'reasoning' | number;

/** The item that is being written. */
interface OpenItem {
  /** A tool call by its place among the calls. */
  kind: Kind;
  id: string;
  pieces: string[];
  call: { id: string; name: string };
  signature: string | null;
  citations: Citations | null;
  /** More of its kind is another item. */
  ended: boolean;
  /** A delta's text comes between this and its number. */
  before: string;
}

const DELTAS = { text: 'response.output_text.delta', refusal: 'response.refusal.delta', reasoning: 'response.reasoning_text.delta' } as const;

/** A streamed answer as the typed events of a response, numbered, its items one after the other. */
export class ResponseFrames {
  readonly #head: ResponseHead;
  readonly #callId: string;
  readonly #ended: (answer: ChatAnswer, output: Output) => string;
  readonly #output: Output = { items: [], parts: new Map() };
  #open: OpenItem | null = null;
  #sequence = 0;
  /** Null until the answer is complete. */
  trailers: Record<string, string> | null = null;

  /** @param ended is told the complete answer with its items, and gives the response in JSON */
  constructor(head: ResponseHead, callId: string, ended: (answer: ChatAnswer, output: Output) => string) {
    this.#head = head;
    this.#callId = callId;
    this.#ended = ended;
  }

  async *of(batches: AsyncIterable<readonly ChatStreamEvent[]>): AsyncGenerator<string> {
    const response = JSON.stringify(responseObject(this.#head, { status: 'in_progress' }));
    let opening = this.#event('response.created', `"response":${response}`) + this.#event('response.in_progress', `"response":${response}`);
    const order = new CallsInOrder();
    for await (const events of batches) {
      let frames = '';
      for (const event of events) for (const next of order.push(event)) frames += this.#framesOf(next);
      if (frames === '') continue;
      yield opening + frames;
      opening = '';
    }
  }

  #framesOf(event: ChatStreamEvent): string {
    switch (event.type) {
      case 'delta':
        return this.#delta(event);
      case 'toolCallDelta':
        return this.#toolCall(event);
      case 'done':
        return this.#end(event.answer);
      case 'error':
        return this.#event('error', JSON.stringify(errorObject(failureOf(event.error))).slice(1, -1).replace('"type":', '"error_type":'));
      // Nobody can be told here that an answer begins anew; the gateway is not asked for such answers.
      case 'restart':
        return '';
    }
  }

  #delta({ text, refusal, reasoning, signature, textEnd, block }: Extract<ChatStreamEvent, { type: 'delta' }>): string {
    // This API has no place for a block of another, but what stands before and behind it is apart.
    if (textEnd !== undefined || block !== undefined) return this.#endPart(textEnd?.citations ?? null);
    if (text !== '') return this.#enter('text') + this.#piece(text);
    if (refusal !== null && refusal !== '') return this.#enter('refusal') + this.#piece(refusal);
    if (reasoning === null || (reasoning === '' && signature === undefined)) return '';
    const encrypted = signature !== undefined && redactedData(signature) !== null;
    const opened = (encrypted ? this.#close('completed') : '') + this.#enter('reasoning');
    const said = reasoning === '' ? '' : this.#piece(reasoning);
    if (signature === undefined || this.#open === null) return opened + said;
    // A signature closes its thinking.
    this.#open.signature = signature;
    return opened + said + this.#close('completed');
  }

  /** An item by itself. What it rests on is for the vendor, should the conversation go on. */
  #endPart(citations: Citations | null): string {
    if (this.#open === null || this.#open.ended) return '';
    if (this.#open.kind === 'text') this.#open.citations = citations;
    // Whether it is complete is known when more follows.
    this.#open.ended = true;
    return '';
  }

  #toolCall({ index, id, name, arguments: args }: Extract<ChatStreamEvent, { type: 'toolCallDelta' }>): string {
    let opened = '';
    if (id !== null && name !== null) opened = this.#enter(index, { id, name });
    return args === '' ? opened : opened + this.#piece(args);
  }

  /** Opens an item, unless it is open. */
  #enter(kind: Kind, call = { id: '', name: '' }): string {
    if (this.#open?.kind === kind && !this.#open.ended) return '';
    const closed = this.#close('completed');
    const id = itemId(prefixOf(kind), this.#callId, this.#output.items.length);
    const at = this.#at(id);
    const type = typeof kind === 'number' ? 'response.function_call_arguments.delta' : DELTAS[kind];
    const extra = kind === 'text' ? ',"logprobs":[]' : '';
    const content = typeof kind === 'number' ? '' : ',"content_index":0';
    this.#open = { kind, id, pieces: [], call, signature: null, citations: null, ended: false, before: `event: ${type}\ndata: {"type":"${type}",${at}${content}${extra},"delta":` };
    const added = this.#event('response.output_item.added', `"output_index":${this.#output.items.length},"item":${JSON.stringify(this.#item(this.#open, 'in_progress'))}`);
    const part = typeof kind === 'number' ? '' : this.#event('response.content_part.added', `${at},"content_index":0,"part":${JSON.stringify(partOf(kind, ''))}`);
    return closed + added + part;
  }

  #piece(text: string): string {
    if (this.#open === null) return '';
    this.#open.pieces.push(text);
    return `${this.#open.before}${JSON.stringify(text)},"sequence_number":${this.#sequence++}}\n\n`;
  }

  #close(status: 'completed' | 'incomplete'): string {
    const open = this.#open;
    if (open === null) return '';
    this.#open = null;
    const { kind, id } = open;
    const text = open.pieces.join('');
    const item = this.#item(open, status);
    const at = this.#at(id);
    let done: string;
    if (typeof kind === 'number') {
      done = this.#event('response.function_call_arguments.done', `${at},"arguments":${JSON.stringify(text)}`);
    } else {
      const said = kind === 'refusal' ? 'refusal' : 'text';
      const logprobs = kind === 'text' ? ',"logprobs":[]' : '';
      done =
        this.#event(DELTAS[kind].replace('.delta', '.done'), `${at},"content_index":0${logprobs},"${said}":${JSON.stringify(text)}`) +
        this.#event('response.content_part.done', `${at},"content_index":0,"part":${JSON.stringify(partOf(kind, text))}`);
    }
    const ended = this.#event('response.output_item.done', `"output_index":${this.#output.items.length},"item":${JSON.stringify(item)}`);
    this.#output.items.push(item);
    this.#keep(open, text);
    return done + ended;
  }

  /** What the item stands for in a conversation that goes on from here. */
  #keep({ kind, id, call, signature, citations }: OpenItem, text: string): void {
    if (typeof kind === 'number') this.#output.parts.set(id, { type: 'toolCall', call: { ...call, arguments: text } });
    else if (kind === 'reasoning') this.#output.parts.set(id, { type: 'reasoning', text, signature });
    else this.#output.parts.set(id, { type: 'text', text, ...(citations !== null && { citations }) });
  }

  #item({ kind, id, pieces, call, signature }: OpenItem, status: 'in_progress' | 'completed' | 'incomplete'): object {
    const text = pieces.join('');
    if (typeof kind === 'number') return callItem(id, { ...call, arguments: text }, status);
    if (kind === 'reasoning') return reasoningItem(id, text, signature);
    return kind === 'refusal' ? refusalItem(id, text, status) : textItem(id, text, status);
  }

  #at(id: string): string {
    return `"item_id":${JSON.stringify(id)},"output_index":${this.#output.items.length}`;
  }

  #event(type: string, fields: string): string {
    return `event: ${type}\ndata: {"type":"${type}",${fields},"sequence_number":${this.#sequence++}}\n\n`;
  }

  #end(answer: ChatAnswer): string {
    const isCut = answer.finishReason === 'LENGTH' || answer.finishReason === 'CONTENT_FILTER';
    const closed = this.#close(isCut ? 'incomplete' : 'completed');
    this.trailers = lateHeaders(answer.meta);
    const { warnings } = answer.meta;
    // What a header can no longer say; programs that know nothing of it pass it over.
    const kanon = warnings.length === 0 ? '' : `"kanon":${JSON.stringify({ warnings })},`;
    return closed + this.#event(isCut ? 'response.incomplete' : 'response.completed', `${kanon}"response":${this.#ended(answer, this.#output)}`);
  }
}

function prefixOf(kind: Kind): ItemKind {
  if (typeof kind === 'number') return 'fc';
  return kind === 'reasoning' ? 'rs' : 'msg';
}

function partOf(kind: Exclude<Kind, number>, text: string): object {
  if (kind === 'reasoning') return reasoningPart(text);
  return kind === 'refusal' ? refusalPart(text) : textPart(text);
}
