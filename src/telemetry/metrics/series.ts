/** The numbers of one set of labels. */
interface Series {
  /** Its lines in the text format of Prometheus. */
  lines(name: string, labels: string): string[];
}

/** A number that only grows. */
export class Count implements Series {
  #total = 0;

  add(value = 1): void {
    this.#total += value;
  }

  lines(name: string, labels: string): string[] {
    return [`${name}{${labels}} ${this.#total}`];
  }
}

/** How long something took, by upper bounds. */
export class Durations implements Series {
  readonly #bounds: readonly number[];
  /** How many were within each bound and above the one before it. */
  readonly #within: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds in seconds, rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#within = bounds.map(() => 0);
  }

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    const at = this.#bounds.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.#within[at] = (this.#within[at] ?? 0) + 1;
  }

  lines(name: string, labels: string): string[] {
    let upTo = 0;
    const buckets = this.#bounds.map((bound, at) => `${name}_bucket{le="${bound}",${labels}} ${(upTo += this.#within[at] ?? 0)}`);
    return [...buckets, `${name}_bucket{le="+Inf",${labels}} ${this.#count}`, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${this.#count}`];
  }
}

/** Series by the values of their labels, one label after the other: no key has to be put together to find one. */
class Branch<S> {
  readonly next = new Map<string, Branch<S>>();
  series: S | null = null;
}

/** A metric: its series by the values of its labels. */
export class Metric<const L extends readonly string[], S extends Series> {
  readonly #name: string;
  readonly #head: string;
  readonly #labels: L;
  readonly #make: () => S;
  readonly #root = new Branch<S>();

  constructor(type: 'counter' | 'histogram', name: string, help: string, labels: L, make: () => S) {
    this.#name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;
    this.#labels = labels;
    this.#make = make;
  }

  /** @param values of the labels, in their order */
  of(...values: { [K in keyof L]: string }): S {
    let branch = this.#root;
    for (const value of values) {
      let next = branch.next.get(value);
      if (next === undefined) branch.next.set(value, (next = new Branch()));
      branch = next;
    }
    return (branch.series ??= this.#make());
  }

  /** As Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). */
  text(): string {
    return [this.#head, ...this.#lines(this.#root, '', 0)].join('\n');
  }

  #lines({ next, series }: Branch<S>, labels: string, at: number): string[] {
    if (series !== null) return series.lines(this.#name, labels);
    const lead = at === 0 ? '' : `${labels},`;
    return [...next].flatMap(([value, branch]) => this.#lines(branch, `${lead}${this.#labels[at]}="${escaped(value)}"`, at + 1));
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
