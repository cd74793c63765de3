import { allOf } from '../../canonical/all-of.ts';
import type { JsonObject } from '../../canonical/chat.ts';
import { InputError } from '../../canonical/errors.ts';

/** A JSON object whose fields nobody has looked at yet. */
export type Fields = JsonObject;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All of these throw an InputError that names the field `at` when the value is of another kind. */
export function object(value: unknown, at: string): Fields {
  if (!isObject(value)) throw wrong(at, 'an object', value);
  return value;
}

export function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(at, 'an array', value);
  return value;
}

export function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw wrong(at, 'a string', value);
  return value;
}

export function boolean(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw wrong(at, 'true or false', value);
  return value;
}

export function number(value: unknown, at: string): number {
  if (typeof value !== 'number') throw wrong(at, 'a number', value);
  return value;
}

export function integer(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(at, 'a whole number', value);
  return value;
}

/** One of a few words. */
export function oneOf<const W extends string>(value: unknown, words: readonly W[], at: string): W {
  const found = words.find((word) => word === value);
  if (found === undefined) {
    const said = typeof value === 'string' ? `"${value.slice(0, 64)}"` : kindOf(value);
    throw new InputError(at, `expected ${words.map((word) => `"${word}"`).join(', ')}, found ${said}.`);
  }
  return found;
}

/** Null for what is null or left out. */
export function optional<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): T | null {
  return value === undefined || value === null ? null : read(value, at);
}

/**
 * Reads all items of a list at once, and waits where one of them has to be waited for. The first mistake is the one that is thrown, and nothing that was begun beside it
 * fails unheard.
 */
export function each<I, O>(items: readonly I[], at: string, read: (item: I, at: string) => O | Promise<O>): O[] | Promise<O[]> {
  return allOf(
    items.map((item, index) => {
      try {
        return read(item, `${at}[${index}]`);
      } catch (error) {
        return Promise.reject<O>(error);
      }
    }),
  );
}

/** Refuses every field that is not listed. */
export function only(fields: Fields, known: ReadonlySet<string>, at: string): void {
  for (const name of Object.keys(fields)) {
    if (!known.has(name) && fields[name] !== null) throw new InputError(`${at}.${name.slice(0, 64)}`, 'is not known to this gateway; leave it out.');
  }
}

function wrong(at: string, expected: string, found: unknown): InputError {
  return new InputError(at, `expected ${expected}, found ${kindOf(found)}.`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
