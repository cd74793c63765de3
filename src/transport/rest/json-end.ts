/** Tells where a JSON object that comes in pieces has come to its end, without reading what it says. */
export class JsonEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #reached = false;

  get reached(): boolean {
    return this.#reached;
  }

  push(piece: string): void {
    for (let at = 0; at < piece.length && !this.#reached; at++) {
      const letter = piece.charCodeAt(at);
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString) {
        if (letter === BACKSLASH) this.#escaped = true;
        else if (letter === QUOTE) this.#inString = false;
      } else if (letter === QUOTE) this.#inString = true;
      else if (letter === BRACE || letter === BRACKET) this.#depth += 1;
      else if (letter === BRACE_END || letter === BRACKET_END) this.#reached = --this.#depth <= 0;
    }
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
