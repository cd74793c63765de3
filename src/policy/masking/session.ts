import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AbortedError } from '../../canonical/errors.ts';
import { MaskingError } from './errors.ts';
import { decodeJson, escapeJson, jsonViewOf } from './json-view.ts';
import type { JsonView } from './json-view.ts';
import { splitAtStrings } from './json-spans.ts';
import type { MaskedCount, MaskKind, MaskMode } from './kinds.ts';
import { KnownValues } from './known-values.ts';
import type { Masker } from './masker.ts';
import { literalsIn, numbersTakenBy } from './literals.ts';
import { placeholderOf } from './placeholder.ts';
import { resolveOverlaps } from './span.ts';
import type { ResolvedSpan, Span } from './span.ts';
import { StreamUnmasker } from './unmasker.ts';
import type { PlaceholderSource, Unmasker } from './unmasker.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

/** The kind of a caller's own text that looks like one of our placeholders: it gets one itself, and comes back. */
export const LITERAL = 'LITERAL_TEXT';

/** A text to mask. `json`: tool-call arguments and the like; values are masked inside the JSON, which stays JSON. */
export interface MaskInput {
  readonly text: string;
  readonly json?: boolean;
}

interface Read {
  readonly text: string;
  readonly view: View;
  readonly json: JsonView | undefined;
  readonly found: Span[];
}

const MAX_ROUNDS = 20;
/** UTF-16 units from which on others get a turn between two detectors (each takes some milliseconds). */
const LONG = 32_768;

const STRICTNESS: Readonly<Record<MaskMode, number>> = { reversible: 0, hash: 1, redact: 2 };

/**
 * One conversation's values and placeholders. Lives as long as the call or conversation; never stored, never
 * logged. All texts of a call go in by one `maskAll`, so that a value found in one is masked in all.
 */
export class MaskSession implements PlaceholderSource {
  readonly #masker: Masker;
  readonly #placeholders = new Map<MaskKind, Map<string, number>>();
  readonly #values = new Map<string, string>();
  readonly #reserved = new Set<string>();
  readonly #next = new Map<MaskKind, number>();
  readonly #counts = new Map<MaskKind, number>();
  readonly #known: KnownValues;
  readonly #kinds: readonly MaskKind[];

  constructor(masker: Masker) {
    this.#masker = masker;
    this.#known = new KnownValues(masker.options.maxValues);
    this.#kinds = masker.placeholderKinds;
  }

  /** @throws MaskingError, AbortedError; see `maskAll`. */
  async mask(text: string, signal?: AbortSignal): Promise<string> {
    return (await this.maskAll([{ text }], signal))[0] ?? '';
  }

  /** Masks inside a JSON text: escapes are seen through, and it stays JSON. Numbers become strings. */
  async maskJson(text: string, signal?: AbortSignal): Promise<string> {
    return (await this.maskAll([{ text, json: true }], signal))[0] ?? '';
  }

  /**
   * Masks several texts as one: a value found in any is masked in all, as a whole word.
   *
   * @throws MaskingError: too long, too many values, a detector that failed or was late. Nothing is returned then.
   * @throws AbortedError when the signal fires.
   */
  async maskAll(inputs: readonly MaskInput[], signal?: AbortSignal): Promise<string[]> {
    const reads: Read[] = [];
    for (const input of inputs) reads.push(await this.#read(input, signal));
    for (const { view, found } of reads) {
      for (const span of found) this.#known.learn(view.text.slice(span.start, span.end), span.kind);
    }
    for (const { text, json } of reads) this.#reserveLiterals(text, json !== undefined);
    return reads.map((read) => this.#replace(read));
  }

  /** Puts the caller's own text back. Redacted and hashed values stay away. */
  unmask(text: string): string {
    return finish(this.unmasker(), text);
  }

  /** The same inside a JSON text: values are escaped as JSON strings are. */
  unmaskJson(text: string): string {
    return finish(this.unmasker({ json: true }), text);
  }

  /** The same for a text that arrives in pieces; `json` as in `unmaskJson`. */
  unmasker(options: { json?: boolean } = {}): Unmasker {
    const json = options.json ?? false;
    return new StreamUnmasker(this, { json, write: json ? escapeJson : (value) => value });
  }

  /** What was masked so far, occurrences by kind. Never the values. */
  summary(): MaskedCount[] {
    return [...this.#counts].map(([kind, count]) => ({ kind, count }));
  }

  kinds(): readonly MaskKind[] {
    return this.#values.size === 0 ? [] : this.#kinds;
  }

  valueOf(kind: MaskKind, number: number): string | undefined {
    return this.#values.get(placeholderOf(kind, number));
  }

  async #read({ text, json }: MaskInput, signal: AbortSignal | undefined): Promise<Read> {
    if (signal?.aborted) throw new AbortedError(signal.reason);
    const { maxLength } = this.#masker.options;
    if (text.length > maxLength) throw new MaskingError('overload', `A text of more than ${maxLength} characters cannot be masked.`);
    const jsonView = json ? jsonViewOf(text) : undefined;
    const view = jsonView ?? viewOf(text);
    const found: Span[] = [];
    for (const spans of this.#masker.detections(view.text)) {
      for (const span of spans) found.push(span);
      if (text.length > LONG) await setImmediate();
      if (signal?.aborted) throw new AbortedError(signal.reason);
    }
    if (this.#masker.modes.has('PERSON')) found.push(...(await this.#namesIn(view.text, signal)));
    return { text, view, json: jsonView, found };
  }

  /** The finds of the model for names, where there is one. */
  async #namesIn(text: string, signal: AbortSignal | undefined): Promise<Span[]> {
    const { names, namesDeadlineMs } = this.#masker.options;
    if (!names) return [];
    const deadline = AbortSignal.timeout(namesDeadlineMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    try {
      const found = await untilAborted(names(text, either), either);
      return found.map(({ start, end }) => {
        if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > text.length || start >= end) throw new RangeError('A span lies outside of the text.');
        return { start, end, kind: 'PERSON' };
      });
    } catch {
      if (signal?.aborted) throw new AbortedError(signal.reason);
      if (deadline.aborted) throw new MaskingError('deadline', `Names were not found within ${namesDeadlineMs} ms.`);
      // Without the cause: a model's message may quote the text.
      throw new MaskingError('crash', 'The detector of names failed.');
    }
  }

  #replace({ text, view, json, found }: Read): string {
    const spans: Span[] = [...found, ...this.#known.find(view.text, found)].map(({ start, end, kind }) => ({ start: view.startOf(start), end: view.endOf(end), kind }));
    // What the caller wrote may read as a placeholder that was given out: it gets one itself. That may open the
    // next one's border, so this is done again until there is none; two rounds are what it takes in practice.
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const sorted = spans.toSorted((a, b) => a.start - b.start);
      const resolved = resolveOverlaps(json ? splitAtStrings(text, json, sorted) : sorted);
      const { masked, strays } = this.#build(text, json, resolved);
      if (strays.length === 0) {
        for (const { kind } of resolved) if (kind !== LITERAL) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
        return masked;
      }
      spans.push(...strays);
    }
    throw new MaskingError('crash', 'A text could not be told apart from placeholders.');
  }

  /** The text with its placeholders, and the caller's own words in it that read as placeholders. */
  #build(text: string, json: JsonView | undefined, resolved: readonly ResolvedSpan[]): { masked: string; strays: Span[] } {
    let masked = '';
    let copied = 0;
    /** Where placeholders stand in the result, and by how much what follows them has moved. */
    const own: { start: number; end: number; shift: number }[] = [];
    for (const span of resolved) {
      const raw = text.slice(span.start, span.end);
      const placeholder = this.#placeholderFor(span, json ? decodeJson(raw) : raw);
      masked += text.slice(copied, span.start);
      const start = masked.length;
      masked += !json || json.stringAt(span.start) ? placeholder : `"${placeholder}"`;
      own.push({ start, end: masked.length, shift: span.end - masked.length });
      copied = span.end;
    }
    masked += text.slice(copied);
    if (this.#values.size === 0) return { masked, strays: [] };
    const strays: Span[] = [];
    let before = -1;
    for (const literal of literalsIn(masked, this.#kinds, json !== undefined)) {
      while ((own[before + 1]?.start ?? Infinity) <= literal.start) before += 1;
      const last = own[before];
      if ((last && literal.start < last.end) || this.valueOf(literal.kind, literal.number) === undefined) continue;
      const shift = last?.shift ?? 0;
      strays.push({ start: literal.start + shift, end: literal.end + shift, kind: LITERAL });
    }
    return { masked, strays: json ? splitAtStrings(text, json, strays) : strays };
  }

  #placeholderFor(span: ResolvedSpan, value: string): string {
    const mode = span.kinds.map((kind) => this.#modeOf(kind)).reduce((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a));
    if (mode === 'redact') return `[${span.kind}]`;
    if (mode === 'hash') return `[${span.kind}:${this.#hash(span.kind, value)}]`;
    const numbers = this.#placeholders.get(span.kind) ?? new Map<string, number>();
    const number = numbers.get(value) ?? this.#issue(span.kind, value);
    numbers.set(value, number);
    this.#placeholders.set(span.kind, numbers);
    return placeholderOf(span.kind, number);
  }

  #issue(kind: MaskKind, value: string): number {
    if (this.#values.size >= this.#masker.options.maxValues) throw new MaskingError('overload', 'There are too many values to mask.');
    let number = this.#next.get(kind) ?? 1;
    while (this.#reserved.has(placeholderOf(kind, number))) number += 1;
    this.#next.set(kind, number + 1);
    this.#values.set(placeholderOf(kind, number), value);
    return number;
  }

  #modeOf(kind: MaskKind): MaskMode {
    return kind === LITERAL ? 'reversible' : (this.#masker.modes.get(kind) ?? 'redact');
  }

  #hash(kind: MaskKind, value: string): string {
    return createHmac('sha256', this.#masker.options.hashKey ?? '').update(`${kind}\0${value}`).digest('hex').slice(0, 16);
  }

  /** Placeholder texts that the caller wrote and that were not given out yet never will be. */
  #reserveLiterals(text: string, json: boolean): void {
    for (const { kind, number } of numbersTakenBy(text, this.#kinds, json)) {
      if (!this.#values.has(placeholderOf(kind, number))) this.#reserved.add(placeholderOf(kind, number));
    }
  }
}

function finish(unmasker: Unmasker, text: string): string {
  return unmasker.push(text) + unmasker.end();
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
