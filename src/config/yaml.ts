import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, Parser, type YAMLMap } from 'yaml';
import { interpolate, type Shifted, shiftReferences } from './env.ts';
import type { Path } from './problem.ts';
import { depthOf, quoteBefore } from './tokens.ts';
import { type Range, type RawMap, Tree } from './tree.ts';

const MOST_DEPTH = 64;
/** Values that aliases may add to a file: a real config repeats a dozen. */
const MOST_ALIASED = 10_000;
const MOST_ALIAS_DEPTH = 16;

/** One schema and no tags beyond it; keys are names. Whether keys are unique is checked here: the library's way is quadratic. */
const COMPOSING = {
  schema: 'core',
  resolveKnownTags: false,
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/**
 * Parses YAML 1.2 with anchors, aliases and merge keys, and puts the environment's values in. Never throws: what is
 * wrong is among the tree's problems.
 */
export function readTree(source: string, env: NodeJS.ProcessEnv): Tree {
  const reader = new YamlReader(source, env);
  reader.read();
  return reader.tree;
}

class YamlReader {
  readonly tree: Tree;
  readonly #env: NodeJS.ProcessEnv;
  readonly #shifted: Shifted;
  readonly #lines = new LineCounter();
  readonly #anchors = new Map<string, Node>();
  /** Collections that are being read, to find one that holds itself. */
  readonly #open = new Set<Node>();
  #aliased = 0;
  #aliasDepth = 0;
  #exhausted = false;

  constructor(source: string, env: NodeJS.ProcessEnv) {
    this.tree = new Tree(this.#lines, source.length);
    this.#env = env;
    this.#shifted = shiftReferences(source);
  }

  read(): void {
    const tokens = [...new Parser(this.#lines.addNewLine).parse(this.#shifted.text)];
    // The composer recurses, so nesting is measured before it begins.
    if (tokens.some((token) => depthOf(token) > MOST_DEPTH)) {
      return this.#break([0, 0], `the file is nested deeper than ${MOST_DEPTH} levels`);
    }
    const composer = new Composer(COMPOSING);
    const [document, second] = composer.compose(tokens, true, this.#shifted.text.length);
    if (second !== undefined) this.#break(second.range, 'a second document begins here; one file is one config');
    for (const fault of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
      const quote = fault.code === 'MISSING_CHAR' ? quoteBefore(tokens, fault.pos[0]) : undefined;
      // An open quote swallows the rest of the file, and whatever else is said about it.
      if (quote !== undefined) return this.#break([quote, quote], 'this quote is never closed');
      // The parser has lost its place: each token that follows would be a fault.
      const lost = fault.message.includes('in YAML stream') || fault.message.includes('in YAML document');
      if (lost && this.tree.broken) break;
      this.#break(fault.pos, fault.code === 'NON_STRING_KEY' ? 'a key must be a name' : this.#shifted.restore(fault.message));
    }
    const contents = document?.contents ?? null;
    if (contents === null && !this.tree.broken) this.#break([0, 0], 'the file is empty');
    if (!this.tree.broken) this.tree.value = this.#value(contents, [], null);
  }

  #value(node: Node | null, path: Path, key: Range | null): unknown {
    this.tree.put(path, key, rangeOf(node) ?? key ?? [0, 0]);
    if (node === null || this.#spent(path)) return null;
    if (isAlias(node)) return this.#alias(node.source, path, (target) => this.#value(target, path, key));
    if (typeof node.anchor === 'string' && this.#aliasDepth === 0) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node.value, path);
    if (isMap<Node, Node | null>(node)) return this.#map(node, path, {});
    if (!isSeq<Node | null>(node)) return null;
    this.#open.add(node);
    const values = node.items.map((item, index) => this.#value(item, [...path, index], null));
    this.#open.delete(node);
    return values;
  }

  #scalar(value: unknown, path: Path): unknown {
    if (typeof value !== 'string') return value;
    const text = this.#shifted.restore(value);
    const reference = interpolate(text, this.#env);
    if (reference === null) return text;
    this.tree.refer(path, reference);
    for (const malformed of reference.malformed) {
      this.tree.report(path, `cannot read the reference ${malformed}; write \${NAME} or \${NAME:-default}, and $\${ for the letters \${`);
    }
    return reference.value;
  }

  /**
   * Reads a mapping into an object that may have keys already: those are the ones that win. So a map's own keys
   * come before what it merges, and an earlier merge before a later one.
   */
  #map(node: YAMLMap<Node, Node | null>, path: Path, into: RawMap): RawMap {
    const seen = new Map<string, Range>();
    const merges: (Node | null)[] = [];
    this.#open.add(node);
    for (const { key, value } of node.items) {
      const range = rangeOf(key) ?? rangeOf(value) ?? [0, 0];
      const name = isScalar(key) && typeof key.value === 'string' ? this.#shifted.restore(key.value) : '';
      const first = seen.get(name);
      if (name === '<<') merges.push(...(isSeq<Node | null>(value) ? value.items : [value]));
      else if (name === '' || name === '__proto__') this.tree.reportAt(range, path, 'this cannot be a key');
      else if (first !== undefined) this.#duplicate(range, first, [...path, name]);
      else if (!Object.hasOwn(into, name)) into[name] = this.#value(value, [...path, name], range);
      if (first === undefined) seen.set(name, range);
    }
    for (const source of merges) this.#merge(source, path, into);
    this.#open.delete(node);
    return into;
  }

  #merge(source: Node | null, path: Path, into: RawMap): void {
    if (this.#spent(path)) return;
    if (isAlias(source)) this.#alias(source.source, path, (target) => this.#merge(target, path, into));
    else if (isMap<Node, Node | null>(source)) {
      // Keys that the map has already are walked over too.
      if (this.#aliasDepth > 0) this.#aliased += source.items.length;
      this.#map(source, path, into);
    }
    else this.tree.reportAt(rangeOf(source) ?? this.tree.rangeOf(path, 'key'), path, '"<<" merges a map, or a list of maps');
  }

  #alias(name: string, path: Path, read: (target: Node) => unknown): unknown {
    const target = this.#anchors.get(name);
    const fault =
      target === undefined ? 'has no anchor above it'
      : this.#open.has(target) ? 'would hold itself'
      : this.#aliasDepth >= MOST_ALIAS_DEPTH ? 'leads through too many other aliases'
      : null;
    if (target === undefined || fault !== null) {
      this.tree.broken = true;
      this.tree.report(path, `the alias "*${name}" ${fault}`);
      return null;
    }
    this.#aliasDepth += 1;
    const value = read(target);
    this.#aliasDepth -= 1;
    return value;
  }

  /** Counts what is read through aliases; true when it is too much. */
  #spent(path: Path): boolean {
    if (this.#aliasDepth === 0) return false;
    this.#aliased += 1;
    if (this.#aliased <= MOST_ALIASED) return false;
    if (!this.#exhausted) {
      this.#exhausted = true;
      this.tree.broken = true;
      this.tree.report(path.slice(0, 1), `aliases add more than ${MOST_ALIASED} values to the file`, { at: 'key' });
    }
    return true;
  }

  #duplicate(range: Range, first: Range, path: Path): void {
    const { line } = this.#lines.linePos(first[0]);
    this.tree.reportAt(range, path, `the key ${JSON.stringify(path.at(-1))} is here a second time; the first is in line ${line}`);
  }

  #break(range: readonly number[], message: string): void {
    this.tree.broken = true;
    this.tree.reportAt(range, [], message);
  }
}

function rangeOf(node: Node | null): Range | null {
  const range = node?.range;
  return range === undefined || range === null ? null : [range[0], range[1]];
}
