import { createHmac } from 'node:crypto';
import { MaskingError } from './errors.ts';
import { decodeJson, escapeJson } from './json-view.ts';
import type { JsonView } from './json-view.ts';
import { splitAtStrings } from './json-spans.ts';
import type { MaskedCount, MaskKind, MaskMode } from './kinds.ts';
import { KnownValues } from './known-values.ts';
import type { Masker } from './masker.ts';
import { hasDigit, literalsIn, numbersTakenBy } from './literals.ts';
import { placeholderOf } from './placeholder.ts';
import { readText } from './reading.ts';
import type { MaskInput, ReadText } from './reading.ts';
import { resolveOverlaps } from './span.ts';
import type { ResolvedSpan, Span } from './span.ts';
import { StreamUnmasker } from './unmasker.ts';
import type { PlaceholderSource, Unmasker } from './unmasker.ts';

/** The kind of a caller's own text that looks like one of our placeholders: it gets one itself, and comes back. */
export const LITERAL = 'LITERAL_TEXT';

const MAX_ROUNDS = 20;

const STRICTNESS: Readonly<Record<MaskMode, number>> = { reversible: 0, hash: 1, redact: 2 };

/**
 * One conversation's values and placeholders. Lives as long as the call or conversation; never stored, never
 * logged. All texts of a call go in by one `maskAll`, so that a value found in one is masked in all.
 */
export class MaskSession implements PlaceholderSource {
  readonly #masker: Masker;
  /** The placeholders by kind and value. */
  readonly #given = new Map<string, string>();
  /** The values by their placeholders. */
  readonly #values = new Map<string, string>();
  #reserved: Set<string> | null = null;
  readonly #next = new Map<MaskKind, number>();
  readonly #counts = new Map<MaskKind, number>();
  #known: KnownValues | null = null;
  readonly #kinds: readonly MaskKind[];

  constructor(masker: Masker) {
    this.#masker = masker;
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
    const reads: ReadText[] = [];
    for (const input of inputs) {
      const read = readText(this.#masker, input, signal);
      reads.push(read instanceof Promise ? await read : read);
    }
    for (const { view, found } of reads) {
      for (const { start, end, kind } of found) {
        this.#known ??= new KnownValues(this.#masker.options.maxValues);
        this.#known.learn(view.text.slice(start, end), kind);
      }
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

  #replace({ text, view, json, found }: ReadText): string {
    const known = this.#known?.find(view.text, found) ?? [];
    // Nothing to take out, and no placeholder that the text could read as.
    if (found.length === 0 && known.length === 0 && this.#values.size === 0) return text;
    const spans: Span[] = [...found, ...known].map(({ start, end, kind }) => ({ start: view.startOf(start), end: view.endOf(end), kind }));
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
    let digits = false;
    const copy = (end: number): void => {
      const piece = text.slice(copied, end);
      digits ||= hasDigit(piece);
      masked += piece;
    };
    /** Where placeholders stand in the result, and by how much what follows them has moved. */
    const own: { start: number; end: number; shift: number }[] = [];
    for (const span of resolved) {
      const raw = text.slice(span.start, span.end);
      const placeholder = this.#placeholderFor(span, json ? decodeJson(raw) : raw);
      copy(span.start);
      const start = masked.length;
      masked += !json || json.stringAt(span.start) ? placeholder : `"${placeholder}"`;
      own.push({ start, end: masked.length, shift: span.end - masked.length });
      copied = span.end;
    }
    copy(text.length);
    // What reads as a placeholder has a number.
    if (this.#values.size === 0 || !digits) return { masked, strays: [] };
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
    let mode: MaskMode = 'reversible';
    for (const kind of span.kinds) {
      const own = this.#modeOf(kind);
      if (STRICTNESS[own] > STRICTNESS[mode]) mode = own;
    }
    if (mode === 'redact') return `[${span.kind}]`;
    if (mode === 'hash') return `[${span.kind}:${this.#hash(span.kind, value)}]`;
    // No kind has a space in its name.
    const what = `${span.kind} ${value}`;
    let placeholder = this.#given.get(what);
    if (placeholder === undefined) {
      placeholder = this.#issue(span.kind, value);
      this.#given.set(what, placeholder);
    }
    return placeholder;
  }

  #issue(kind: MaskKind, value: string): string {
    if (this.#values.size >= this.#masker.options.maxValues) throw new MaskingError('overload', 'There are too many values to mask.');
    let number = this.#next.get(kind) ?? 1;
    let placeholder = placeholderOf(kind, number);
    while (this.#reserved?.has(placeholder) === true) placeholder = placeholderOf(kind, ++number);
    this.#next.set(kind, number + 1);
    this.#values.set(placeholder, value);
    return placeholder;
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
      const placeholder = placeholderOf(kind, number);
      if (this.#values.has(placeholder)) continue;
      this.#reserved ??= new Set();
      this.#reserved.add(placeholder);
    }
  }
}

function finish(unmasker: Unmasker, text: string): string {
  return unmasker.push(text) + unmasker.end();
}
