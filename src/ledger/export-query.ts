import type { ExportFormat } from './export.ts';
import { USAGE_DIMENSIONS, type UsageDimension } from './record.ts';

/** What is to be exported. Times: `from` is included, `to` is not. */
export interface ExportQuery {
  what: 'calls' | 'usage';
  from: Date;
  to: Date;
  /** Only of this app. */
  filter: { app?: string };
  /** What usage is summed by. */
  by: UsageDimension[];
  format: ExportFormat;
}

/** As it was given, in words. */
export type ExportWords = Partial<Record<'what' | 'from' | 'to' | 'app' | 'by' | 'format', string | undefined>>;

type Fail = (name: keyof ExportWords, message: string) => Error;

const FORMATS: readonly ExportFormat[] = ['ndjson', 'csv'];

/** @param fail makes the error that is thrown where a word is not understood */
export function exportQuery(words: ExportWords, fail: Fail): ExportQuery {
  const { what, format: named = 'ndjson' } = words;
  if (what !== 'calls' && what !== 'usage') throw fail('what', `expected calls or usage${what === undefined ? '' : `, found "${what}"`}.`);
  const format = FORMATS.find((known) => known === named);
  if (format === undefined) throw fail('format', `expected csv or ndjson, found "${named}".`);
  const from = timeOf('from', words.from ?? '1970-01-01', fail);
  const to = words.to === undefined ? new Date() : timeOf('to', words.to, fail);
  if (to <= from) throw fail('to', 'expected a time after `from`.');
  return { what, from, to, filter: words.app === undefined ? {} : { app: words.app }, by: dimensionsOf(words.by ?? 'app,model,day', fail), format };
}

function timeOf(name: 'from' | 'to', text: string, fail: Fail): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) throw fail(name, `expected a date or a time as ISO 8601, such as 2026-11-01; found "${text}".`);
  return time;
}

function dimensionsOf(text: string, fail: Fail): UsageDimension[] {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const dimension = USAGE_DIMENSIONS.find((known) => known === name.toUpperCase());
      if (dimension === undefined) throw fail('by', `there is no "${name}"; there are ${USAGE_DIMENSIONS.map((known) => known.toLowerCase()).join(', ')}.`);
      return dimension;
    });
}
