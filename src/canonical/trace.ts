/** What is told of a piece of work; never content. */
export type TraceAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

/** A piece of work under way, as a trace shows it. */
export interface TraceSpan {
  /** Its identity for whoever does a part of it elsewhere (https://www.w3.org/TR/trace-context/). */
  readonly traceparent: string;
  /** A part of it. `client`: asked of somebody else. */
  child(name: string, kind?: 'internal' | 'client'): TraceSpan;
  /** What is null or undefined is left out. */
  set(attributes: TraceAttributes): void;
  /** It failed, by a word or a code that tells of what kind. */
  fail(type: string): void;
  /** The second time it does nothing. */
  end(): void;
}
