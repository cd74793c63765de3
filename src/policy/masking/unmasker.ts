import type { MaskKind } from './kinds.ts';
import { matchPlaceholder } from './placeholder.ts';

/** Where values are looked up by their placeholders. */
export interface PlaceholderSource {
  /** The kinds that have placeholders now; longest names first. */
  kinds(): readonly MaskKind[];
  /** The value behind a placeholder; undefined where none was given out. */
  valueOf(kind: MaskKind, number: number): string | undefined;
}

/** Puts values back into a text that arrives in pieces. */
export interface Unmasker {
  /** Takes a piece, answers with what is certain. Holds back only what may still become a placeholder. */
  push(delta: string): string;
  /** The rest. Nothing may be pushed afterwards. */
  end(): string;
}

// Units at which a placeholder can begin.
const START = /[[\\A-Z\uff3b\u3010]/g;

/**
 * A text cut anywhere, put together, equals the text unmasked whole: both run through here. A placeholder that
 * was never given out stays as it is.
 */
export class StreamUnmasker implements Unmasker {
  readonly #source: PlaceholderSource;
  readonly #json: boolean;
  readonly #write: (value: string) => string;
  #held = '';
  /** The unit before `#held`: a bare placeholder must be a whole word. */
  #before = '';

  constructor(source: PlaceholderSource, options: { json: boolean; write: (value: string) => string }) {
    this.#source = source;
    this.#json = options.json;
    this.#write = options.write;
  }

  push(delta: string): string {
    return this.#advance(delta, false);
  }

  end(): string {
    return this.#held === '' ? '' : this.#advance('', true);
  }

  #advance(delta: string, final: boolean): string {
    const text = this.#held + delta;
    const kinds = this.#source.kinds();
    let out = '';
    let copied = 0;
    let at = 0;
    const previous = (index: number): string => (index === 0 ? this.#before : text.charAt(index - 1));
    while (at < text.length && kinds.length > 0) {
      START.lastIndex = at;
      const candidate = START.exec(text);
      if (!candidate) break;
      at = candidate.index;
      const match = matchPlaceholder(text, at, previous(at), kinds, { final, json: this.#json });
      if (match.is === 'partial') {
        out += text.slice(copied, at);
        this.#keep(text, at, previous(at));
        return out;
      }
      const value = match.is === 'match' ? this.#source.valueOf(match.kind, match.number) : undefined;
      if (match.is === 'match' && value !== undefined) {
        out += text.slice(copied, at) + this.#write(value);
        copied = match.end;
        at = match.end;
      } else at += 1;
    }
    out += text.slice(copied);
    this.#keep(text, text.length, previous(text.length));
    return out;
  }

  #keep(text: string, from: number, before: string): void {
    this.#held = text.slice(from);
    this.#before = before;
  }
}
