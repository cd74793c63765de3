import type { ChatChunk } from '../../canonical/chat.ts';
import type { UnaryOperation, UnaryReadings } from '../../canonical/results.ts';
import type { Call } from '../call.ts';
import { KeptAnswer, type KeptContent, type KeptReading } from './kept-answer.ts';

/** An answer that is written down while it comes, until it turns out to be none that is kept. */
export class Recording {
  readonly #maxBytes: number;
  readonly #warnings: number;
  #chunks: ChatChunk[] = [];
  readonly #readings: KeptReading[] = [];
  #characters = 0;
  /** Attempts that had ended when the answer began; null before. */
  #attempts: number | null = null;
  #said: string[] = [];
  #finished = false;
  #spoilt = false;

  constructor({ warnings }: Call, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#warnings = warnings.length;
  }

  add(call: Call, chunk: ChatChunk): void {
    if (this.#spoilt) return;
    const { attempts } = call.route;
    this.#attempts ??= attempts.length;
    this.#characters += lengthOf(chunk);
    if (!isKept(chunk) || this.#characters > this.#maxBytes) {
      this.#spoilt = true;
      this.#chunks = [];
      return;
    }
    const last = this.#chunks.at(-1);
    const joined = last === undefined ? null : join(last, chunk);
    if (joined === null) this.#chunks.push(chunk);
    else this.#chunks[this.#chunks.length - 1] = joined;
    if (chunk.type !== 'finish') return;
    // An answer that was put together of several is another one every time.
    this.#spoilt = attempts.slice(this.#attempts).some(({ outcome }) => outcome === 'FAILED' || outcome === 'TIMED_OUT');
    this.#finished = this.#chunks.length > 1;
    this.#said = call.warnings.slice(this.#warnings);
  }

  /** What comes back into a reading must not be in what is kept. */
  addReading(call: Call, reading: UnaryReadings[UnaryOperation]): void {
    const answered = call.answers[this.#readings.length];
    const target = answered === undefined ? -1 : call.model.targets.indexOf(answered.target);
    if (target < 0) this.#spoilt = true;
    else this.#readings.push({ target, reading: structuredClone(reading) });
  }

  /** Null where it is none that is kept: too long, cut, or without some of its members. */
  text(call: Call, at: number): string | null {
    const { model } = call;
    const whole = call.is('CHAT') ? this.#finished : this.#readings.length === (model.kind === 'route' ? 1 : model.targets.length);
    if (this.#spoilt || !whole) return null;
    const { provider, targetModel } = call.meta();
    const content: KeptContent = { at, provider, targetModel, warnings: this.#said, chunks: this.#chunks, readings: this.#readings };
    const text = KeptAnswer.toText(content);
    return Buffer.byteLength(text) > this.#maxBytes ? null : text;
  }
}

function isKept(chunk: ChatChunk): boolean {
  switch (chunk.type) {
    case 'finish':
      return (chunk.reason === 'STOP' || chunk.reason === 'TOOL_CALLS') && chunk.paused === undefined && chunk.container === undefined;
    case 'text':
    case 'reasoning':
    case 'textEnd':
    case 'toolCallStart':
    case 'toolCallDelta':
      return true;
    default:
      return false;
  }
}

/** Two pieces of the same as one; null where they are not. */
function join(last: ChatChunk, chunk: ChatChunk): ChatChunk | null {
  if (last.type === 'text' && chunk.type === 'text') return { type: 'text', text: last.text + chunk.text };
  if (last.type === 'reasoning' && chunk.type === 'reasoning' && last.signature === null) return { ...chunk, text: last.text + chunk.text };
  if (last.type === 'toolCallDelta' && chunk.type === 'toolCallDelta' && last.index === chunk.index) return { ...chunk, arguments: last.arguments + chunk.arguments };
  return null;
}

function lengthOf(chunk: ChatChunk): number {
  if (chunk.type === 'text' || chunk.type === 'reasoning') return chunk.text.length;
  return chunk.type === 'toolCallDelta' ? chunk.arguments.length : 0;
}
