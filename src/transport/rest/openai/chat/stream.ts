import type { ChatStreamEvent } from '../../../../operations/chat/chat.ts';
import { failureOf } from '../../failure.ts';
import { lateHeaders } from '../../meta-headers.ts';
import { errorObject } from '../errors.ts';
import { completionUsage, FINISH_WORDS, servedBy } from './finish.ts';
import type { CompletionHead } from './whole.ts';

const DONE = 'data: [DONE]\n\n';

/**
 * A streamed answer as `chat.completion.chunk` events. What is the same in every event is written once; an event of
 * text costs one string.
 */
export class CompletionFrames {
  readonly #before: string;
  readonly #after: string;
  readonly #beforeUsage: string;
  readonly #includeUsage: boolean;
  /** Null until the answer is complete. */
  trailers: Record<string, string> | null = null;

  constructor({ id, created, model }: CompletionHead, includeUsage: boolean) {
    const head = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)}`;
    this.#before = `${head},"choices":[{"index":0,"delta":`;
    this.#after = `,"logprobs":null,"finish_reason":null}]${includeUsage ? ',"usage":null' : ''}}\n\n`;
    this.#beforeUsage = `${head},"choices":[],"usage":`;
    this.#includeUsage = includeUsage;
  }

  async *of(batches: AsyncIterable<readonly ChatStreamEvent[]>): AsyncGenerator<string> {
    let opening = this.#frame('{"role":"assistant","content":"","refusal":null}');
    for await (const events of batches) {
      let frame = '';
      for (const event of events) frame += this.#frameOf(event);
      if (frame === '') continue;
      yield opening + frame;
      opening = '';
    }
  }

  #frame(delta: string): string {
    return this.#before + delta + this.#after;
  }

  #frameOf(event: ChatStreamEvent): string {
    switch (event.type) {
      case 'delta': {
        if (event.textEnd?.citations?.vendor === 'openai') return this.#frame(`{"annotations":${JSON.stringify(event.textEnd.citations.list)}}`);
        if (event.logprobs !== undefined) return `${this.#before}{},"logprobs":${JSON.stringify(event.logprobs)}${this.#after.slice(',"logprobs":null'.length)}`;
        if (event.text !== '') return this.#frame(`{"content":${JSON.stringify(event.text)}}`);
        if (event.refusal !== null && event.refusal !== '') return this.#frame(`{"refusal":${JSON.stringify(event.refusal)}}`);
        return event.reasoning === null || event.reasoning === '' ? '' : this.#frame(`{"reasoning_content":${JSON.stringify(event.reasoning)}}`);
      }
      case 'toolCallDelta':
        return this.#frame(toolCallDelta(event));
      case 'done':
        return this.#end(event.answer);
      case 'error':
        return `data: ${JSON.stringify({ error: errorObject(failureOf(event.error)) })}\n\n`;
      // Nobody can be told here that an answer begins anew; the gateway is not asked for such answers.
      case 'restart':
        return '';
    }
  }

  #end({ finishReason, meta }: Extract<ChatStreamEvent, { type: 'done' }>['answer']): string {
    this.trailers = lateHeaders(meta);
    // What a header can no longer say; programs that know nothing of it pass it over.
    const warnings = meta.warnings.length === 0 ? {} : { kanon: { warnings: meta.warnings } };
    const told = Object.entries({ ...servedBy(meta.usage), ...warnings }).map(([name, value]) => `,"${name}":${JSON.stringify(value)}`).join('');
    const finish = `${this.#before}{}${this.#after.replace('"finish_reason":null}]', `"finish_reason":"${FINISH_WORDS[finishReason]}"}]${told}`)}`;
    const usage = this.#includeUsage ? `${this.#beforeUsage}${JSON.stringify(completionUsage(meta.usage))}}\n\n` : '';
    return finish + usage + DONE;
  }
}

function toolCallDelta({ index, id, name, arguments: args }: Extract<ChatStreamEvent, { type: 'toolCallDelta' }>): string {
  const opening = id === null ? '' : `"id":${JSON.stringify(id)},"type":"function",`;
  const named = name === null ? '' : `"name":${JSON.stringify(name)},`;
  return `{"tool_calls":[{"index":${index},${opening}"function":{${named}"arguments":${JSON.stringify(args)}}}]}`;
}
