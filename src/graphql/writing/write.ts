import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../context.ts';

/** What is the same for all values of one answer. */
export interface Run {
  context: RequestContext;
  /** Of the field at the root. */
  info: GraphQLResolveInfo;
}

/** The JSON of a value, at once where nothing has to be waited for. */
export type Written = string | Promise<string>;

/** Writes a value as a selection asks for it. @throws whatever is in the way of it: then graphql-js has to execute */
export type Write = (value: unknown, run: Run) => Written;

/** A field of an object. */
export interface WrittenField {
  /** Its name in the answer. */
  key: string;
  read: (parent: unknown, run: Run) => unknown;
  write: Write;
}

/** What stands here is not written directly: graphql-js executes the operation, and tells what is wrong with it. */
export const UNWRITABLE = new Error('This value is not written directly.');

/** Writes what may be a promise, an error or null. */
export function writeValue(write: Write, nullable: boolean): Write {
  const whole: Write = (value, run) => {
    if (value === null || value === undefined) {
      if (nullable) return 'null';
      throw UNWRITABLE;
    }
    if (typeof value === 'object') {
      if (value instanceof Error) throw UNWRITABLE;
      if (isThenable(value)) return Promise.resolve(value).then((settled) => whole(settled, run));
    }
    return write(value, run);
  };
  return whole;
}

export function writeList(item: Write): Write {
  return (value, run) => {
    if (!Array.isArray(value)) throw UNWRITABLE;
    const pieces = new Pieces('[');
    for (let index = 0; index < value.length; index++) pieces.add(index === 0 ? '' : ',', item(value[index], run));
    return pieces.end(']');
  };
}

/** All fields are begun before any is waited for. */
export function writeObject(fields: readonly WrittenField[]): Write {
  const led = fields.map(({ key, read, write }, index) => ({ lead: leadOf(key, index), read, write }));
  return (value, run) => {
    const pieces = new Pieces('{');
    for (const { lead, read, write } of led) pieces.add(lead, write(read(value, run), run));
    return pieces.end('}');
  };
}

/** What stands before the value of a field in an object. */
export function leadOf(key: string, index: number): string {
  return `${index === 0 ? '' : ','}${JSON.stringify(key)}:`;
}

/** Text from pieces of which some come later. */
export class Pieces {
  #text: string;
  #before: Written[] | null = null;

  constructor(start: string) {
    this.#text = start;
  }

  add(lead: string, piece: Written): void {
    if (typeof piece === 'string') {
      this.#text += lead + piece;
      return;
    }
    // What comes after it may throw, and nobody would wait for it then.
    piece.catch(() => {});
    (this.#before ??= []).push(this.#text + lead, piece);
    this.#text = '';
  }

  end(end: string): Written {
    const last = this.#text + end;
    return this.#before === null ? last : Promise.all(this.#before).then((texts) => texts.join('') + last);
  }
}

/** As graphql-js tells a promise. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
