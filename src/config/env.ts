/**
 * `${NAME}` and `${NAME:-default}` in the file, as a shell reads them: the default stands in when the variable is
 * unset or empty. `$${` is a literal `${`.
 *
 * Values go in after the YAML is parsed, so that none of them can add keys. For that the parser must not trip over
 * the braces of an unquoted reference in a flow map, as in `{ apiKey: ${KEY} }`: before parsing, references are
 * shifted into a private block of Unicode, letter by letter, so that every position stays what it was.
 */

const CLOSED_REFERENCE = /\$\{[^{}"'\\\r\n]*\}/g;
const ANY_REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const ASCII = 0x80;

export interface Shifted {
  /** As long as the original, safe to parse. */
  text: string;
  /** Brings back what was shifted in a piece of the text. */
  restore(piece: string): string;
}

/** Makes references inert for the YAML parser. */
export function shiftReferences(source: string): Shifted {
  const base = freeBlock(source);
  const shifted = new RegExp(`[\\u{${base.toString(16)}}-\\u{${(base + ASCII - 1).toString(16)}}]`, 'gu');
  return {
    text: source.replace(CLOSED_REFERENCE, (reference) => move(reference, base)),
    restore: (piece) => piece.replace(shifted, (letter) => move(letter, -base)),
  };
}

function move(text: string, by: number): string {
  let moved = '';
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    moved += by > 0 && code >= ASCII ? text.charAt(at) : String.fromCharCode(code + by);
  }
  return moved;
}

/** The first 128 letters of the private use area that the file does not use itself. */
function freeBlock(source: string): number {
  const used = new Set<number>();
  for (const [letter] of source.matchAll(/[\uE000-\uF8FF]/g)) used.add(letter.charCodeAt(0) >> 7);
  let block = 0xe000 >> 7;
  while (used.has(block) && block < 0xf880 >> 7) block += 1;
  return block << 7;
}

export interface Interpolated {
  value: string;
  /** Variables that are not set and have no default. */
  unset: string[];
  /** The same, and those that are set to nothing. */
  missing: string[];
  /** The text is one reference and nothing else: it may stand for a number or a boolean. */
  whole: boolean;
  /** The value holds something of the environment, and must not be shown. */
  fromEnv: boolean;
  /** References that cannot be read. */
  malformed: string[];
}

/** Puts the environment's values into a text; null when it has no reference. */
export function interpolate(text: string, env: NodeJS.ProcessEnv): Interpolated | null {
  if (!text.includes('${')) return null;
  const result: Interpolated = { value: '', unset: [], missing: [], whole: false, fromEnv: false, malformed: [] };
  result.value = text.replace(ANY_REFERENCE, (reference, inside: string | undefined, end: string | undefined) => {
    if (inside === undefined) return '${';
    const [, name, fallback] = end === '}' ? (INSIDE.exec(inside) ?? []) : [];
    if (name === undefined) {
      result.malformed.push(reference);
      return reference;
    }
    result.whole = reference === text;
    result.fromEnv = true;
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) result.unset.push(name);
    if (value === undefined || value === '') result.missing.push(name);
    return value ?? '';
  });
  return result;
}
