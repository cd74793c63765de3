/**
 * Matches the beginning of a new text, piece by piece, against one that is delivered: letter by letter, white space
 * apart. What comes after the delivered part is what is new.
 */
export class PrefixMatch {
  readonly #delivered: string;
  readonly #end: number;
  #at = 0;

  constructor(delivered: string) {
    this.#delivered = delivered;
    this.#end = delivered.trimEnd().length;
  }

  /** All that was delivered has come again. */
  get complete(): boolean {
    return this.#at >= this.#end;
  }

  /** @returns what of the piece is new; null when the texts part */
  push(piece: string): string | null {
    let read = 0;
    while (!this.complete && read < piece.length) {
      const letter = piece.charAt(read);
      if (isSpace(letter)) {
        read++;
        continue;
      }
      while (isSpace(this.#delivered.charAt(this.#at))) this.#at++;
      if (letter !== this.#delivered.charAt(this.#at)) return null;
      this.#at++;
      read++;
    }
    if (!this.complete) return '';
    return this.#withoutSpaceTwice(piece.slice(read));
  }

  /** White space at the end of the delivered part is not said again. */
  #withoutSpaceTwice(rest: string): string {
    if (this.#at > this.#end || this.#end === this.#delivered.length) return rest;
    const trimmed = rest.trimStart();
    if (trimmed !== '') this.#at = this.#delivered.length + 1;
    return trimmed;
  }
}

function isSpace(letter: string): boolean {
  return letter !== '' && letter.trim() === '';
}
