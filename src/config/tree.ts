import type { LineCounter } from 'yaml';
import type { Interpolated } from './env.ts';
import { type Path, type Problem, showPath } from './problem.ts';

/** Problems beyond this are of no use to anyone. */
const MOST_PROBLEMS = 500;

/** Offsets in the text: first letter, and the one after the last. */
export type Range = readonly [start: number, end: number];

/** A mapping of the file as a JavaScript object. */
export type RawMap = Record<string, unknown>;

export function isRawMap(value: unknown): value is RawMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Origin {
  path: Path;
  key: Range | null;
  value: Range;
  reference: Interpolated | null;
}

/** The file as plain values, where each of them stands, and what is wrong with them. */
export class Tree {
  value: unknown = undefined;
  /** The file is not YAML, or not bounded: `value` must not be looked at. */
  broken = false;
  readonly problems: Problem[] = [];
  readonly #origins = new Map<string, Origin>();
  readonly #reported = new Set<string>();
  readonly #lines: LineCounter;
  readonly #length: number;

  /** @param length of the text, in UTF-16 units */
  constructor(lines: LineCounter, length: number) {
    this.#lines = lines;
    this.#length = length;
  }

  /** No more problems are taken. */
  get full(): boolean {
    return this.problems.length >= MOST_PROBLEMS;
  }

  /** Notes where a value stands. */
  put(path: Path, key: Range | null, value: Range): void {
    this.#origins.set(keyOf(path), { path, key, value, reference: null });
  }

  /** Notes that a value came from a reference to the environment. */
  refer(path: Path, reference: Interpolated): void {
    const origin = this.#origins.get(keyOf(path));
    if (origin !== undefined) origin.reference = reference;
  }

  reference(path: Path): Interpolated | null {
    return this.#origins.get(keyOf(path))?.reference ?? null;
  }

  references(): { path: Path; reference: Interpolated }[] {
    return [...this.#origins.values()].flatMap(({ path, reference }) => (reference === null ? [] : [{ path, reference }]));
  }

  /** The value at a path; undefined where the file has none. */
  at(path: Path): unknown {
    return path.reduce<unknown>((value, key) => (typeof key === 'number' ? item(value, key) : entry(value, key)), this.value);
  }

  replace(path: Path, value: unknown): void {
    const parent = this.at(path.slice(0, -1));
    const key = path.at(-1);
    if (Array.isArray(parent) && typeof key === 'number') parent[key] = value;
    else if (isRawMap(parent) && typeof key === 'string' && Object.hasOwn(parent, key)) parent[key] = value;
  }

  /** Adds a problem at a value, or at its key. A path that is not in the file stands at its nearest parent. */
  report(path: Path, message: string, options: { suggestion?: string | undefined; at?: 'key' | 'value' } = {}): void {
    this.reportAt(this.rangeOf(path, options.at ?? 'value'), path, message, options.suggestion);
  }

  reportAt(range: readonly number[], path: Path, message: string, suggestion?: string): void {
    if (this.full) return;
    const [start = 0, end = start] = range;
    const problem = { message, ...this.#position(start), path: showPath(path), length: Math.max(1, end - start) };
    // An anchor's mistakes are found again through each of its aliases.
    const id = `${start} ${message}`;
    if (this.#reported.has(id)) return;
    this.#reported.add(id);
    if (suggestion === undefined) this.problems.push(problem);
    else this.problems.push({ ...problem, message: `${message}; did you mean ${JSON.stringify(suggestion)}?`, suggestion });
  }

  /** The text with stars in place of some of its values; what comes from the environment is not in the text. */
  blank(source: string, hidden: (path: Path) => boolean): string {
    const ranges = [...this.#origins.values()]
      .filter(({ path, reference }) => reference === null && typeof this.at(path) === 'string' && hidden(path))
      .map(({ value }) => value)
      .sort((a, b) => a[0] - b[0]);
    let text = '';
    let done = 0;
    for (const [start, end] of ranges) {
      if (start < done) continue;
      text += source.slice(done, start) + source.slice(start, end).replace(/[^\r\n]/g, '*');
      done = end;
    }
    return text + source.slice(done);
  }

  /** Where the key of a value stands, for notices. */
  place(path: Path): { line: number; column: number; path: string } {
    return { ...this.#position(this.rangeOf(path, 'key')[0]), path: showPath(path) };
  }

  rangeOf(path: Path, at: 'key' | 'value'): Range {
    for (let length = path.length; length >= 0; length -= 1) {
      const origin = this.#origins.get(keyOf(path.slice(0, length)));
      // What is missing is shown at the name of the thing that it is missing from.
      if (origin !== undefined) return (at === 'key' || length < path.length ? origin.key : null) ?? origin.value;
    }
    return [0, 0];
  }

  #position(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(Math.min(offset, this.#length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function keyOf(path: Path): string {
  return path.map((key) => `/${typeof key === 'number' ? key : JSON.stringify(key)}`).join('');
}

function item(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

function entry(value: unknown, key: string): unknown {
  return isRawMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
