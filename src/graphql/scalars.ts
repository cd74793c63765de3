import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import type { JsonObject } from '../canonical/chat.ts';

const MAX_URL_CHARACTERS = 2_048;

function text(value: unknown, expected: string): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError(`expected ${expected}, found ${typeof value}.`);
}

function literalText(node: ValueNode, expected: string): string {
  if (node.kind === Kind.STRING) return node.value;
  throw new GraphQLError(`expected ${expected}.`, { nodes: node });
}

function url(value: string): string {
  if (value.startsWith('data:')) return value;
  if (value.length <= MAX_URL_CHARACTERS && URL.canParse(value) && /^https?:/i.test(value)) return value;
  throw new GraphQLError('expected an absolute https URL or a data URL.');
}

const URL_EXPECTED = 'an absolute https URL or a data URL';
const BASE64_EXPECTED = 'bytes in base64';
const DATE_TIME_EXPECTED = 'a time as ISO 8601 with its offset, such as "2026-11-24T09:30:00Z"';
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;

function dateTime(value: string): Date {
  const date = new Date(value);
  // JavaScript takes the 31st of February for a day in March.
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === value.slice(0, 10);
  if (DATE_TIME.test(value) && isDay && !Number.isNaN(date.getTime())) return date;
  throw new GraphQLError(`expected ${DATE_TIME_EXPECTED}.`);
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Levels of a JSON object: more than any schema or record has, and few enough for whatever walks down them. */
const MAX_JSON_LEVELS = 200;

function jsonObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new GraphQLError('expected a JSON object.');
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_JSON_LEVELS) throw new GraphQLError(`expected a JSON object of at most ${MAX_JSON_LEVELS} levels.`);
    level = level.flatMap((item) => Object.values(item).filter((inner) => typeof inner === 'object' && inner !== null));
  }
  return value;
}

/** The bytes are checked where they are decoded; here only that they are text. */
export const Base64 = new GraphQLScalarType<string, string>({
  name: 'Base64',
  serialize: (value) => text(value, BASE64_EXPECTED),
  parseValue: (value) => text(value, BASE64_EXPECTED),
  parseLiteral: (node) => literalText(node, BASE64_EXPECTED),
});

export const UrlScalar = new GraphQLScalarType<string, string>({
  name: 'URL',
  serialize: (value) => text(value, URL_EXPECTED),
  parseValue: (value) => url(text(value, URL_EXPECTED)),
  parseLiteral: (node) => url(literalText(node, URL_EXPECTED)),
});

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value.toISOString() : dateTime(text(value, DATE_TIME_EXPECTED)).toISOString()),
  parseValue: (value) => dateTime(text(value, DATE_TIME_EXPECTED)),
  parseLiteral: (node) => dateTime(literalText(node, DATE_TIME_EXPECTED)),
});

export const JSONObject = new GraphQLScalarType<JsonObject, JsonObject>({
  name: 'JSONObject',
  serialize: (value) => {
    if (isJsonObject(value)) return value;
    throw new GraphQLError('expected a JSON object.');
  },
  parseValue: jsonObject,
  parseLiteral: (node, variables) => jsonObject(valueFromASTUntyped(node, variables)),
});
