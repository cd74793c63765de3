import type { JsonObject } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';

/** A JSON object of a vendor whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that was parsed from JSON, so that all in it is JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isFields(value);
}

/** @throws UpstreamFailure `garbled` when the text is no JSON object */
export function parseFields(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the text, which is content.
    throw garbled('no JSON', error instanceof Error ? error.name : undefined);
  }
  return fields(value, 'the answer');
}

/** @throws UpstreamFailure `garbled` when the value is no object */
export function fields(value: unknown, what: string): Fields {
  if (!isFields(value)) throw garbled(`${what} is no object`);
  return value;
}

/** @throws UpstreamFailure `garbled` when the value is no array */
export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw garbled(`${what} is no list`);
  return value;
}

/** @throws UpstreamFailure `garbled` when the value is no string */
export function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw garbled(`${what} is no string`);
  return value;
}

/** Null and absent are empty. @throws UpstreamFailure `garbled` when the value is anything else but a string */
export function optionalString(value: unknown, what: string): string {
  return value === null || value === undefined ? '' : string(value, what);
}

/** A count of tokens; whatever is none counts as 0. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

/** The vendor's answer is not of its format. */
export function garbled(what: string, cause?: unknown): UpstreamFailure {
  return new UpstreamFailure('garbled', `the vendor's answer cannot be read: ${what}`, { cause });
}
