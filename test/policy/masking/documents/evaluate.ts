import { Masker } from '../../../../src/policy/masking/index.ts';
import type { ResolvedSpan } from '../../../../src/policy/masking/span.ts';
import { BUILT_IN_KINDS } from '../../../../src/policy/masking/kinds.ts';
import { assemble, sourceOf } from './pieces.ts';
import type { Document, Entity, Language, Template } from './pieces.ts';

export interface Row {
  readonly kind: string;
  total: number;
  found: number;
  /** Finds of this kind. */
  claimed: number;
  /** Finds of this kind that touch a value of this kind. */
  right: number;
}

export interface Miss {
  readonly template: string;
  readonly kind: string;
  readonly value: string;
  readonly context: string;
}

export interface Outcome {
  readonly rows: ReadonlyMap<string, Row>;
  readonly missed: readonly Miss[];
  readonly wrong: readonly Miss[];
  readonly documents: number;
}

/** `rounds` documents of each template, in both languages, the same ones every time. */
export function documentsOf(templates: Readonly<Record<Language, Readonly<Record<string, Template>>>>, rounds: number): Document[] {
  const languages: readonly Language[] = ['en', 'de'];
  return languages.flatMap((language) =>
    Object.entries(templates[language]).flatMap(([name, template], index) => {
      const source = sourceOf(language, 1000 + index);
      return Array.from({ length: rounds }, () => assemble(`${language} ${name}`, template(source)));
    }),
  );
}

/**
 * Runs all built-in kinds over documents. A value is found when finds of its kind cover every letter and digit of
 * it; a find is right when it touches a value of its kind.
 */
export function evaluate(documents: readonly Document[]): Outcome {
  const masker = new Masker({ kinds: BUILT_IN_KINDS.map((kind) => ({ kind, mode: 'reversible' })) });
  const rows = new Map<string, Row>();
  const missed: Miss[] = [];
  const wrong: Miss[] = [];
  const rowOf = (kind: string): Row => {
    const row = rows.get(kind) ?? { kind, total: 0, found: 0, claimed: 0, right: 0 };
    rows.set(kind, row);
    return row;
  };
  for (const { template, text, entities } of documents) {
    const spans = masker.find(text);
    for (const entity of entities) {
      const row = rowOf(entity.kind);
      row.total += 1;
      if (isCovered(text, entity, spans)) row.found += 1;
      else missed.push(missOf(template, text, entity));
    }
    for (const span of spans) {
      const row = rowOf(span.kind);
      row.claimed += 1;
      if (entities.some((entity) => entity.kind === span.kind && entity.start < span.end && span.start < entity.end)) row.right += 1;
      else wrong.push(missOf(template, text, span));
    }
  }
  return { rows, missed, wrong, documents: documents.length };
}

function isCovered(text: string, entity: Entity, spans: readonly ResolvedSpan[]): boolean {
  const own = spans.filter((span) => span.kind === entity.kind);
  for (let at = entity.start; at < entity.end; at += 1) {
    if (/[\p{L}\p{N}]/u.test(text.charAt(at)) && !own.some((span) => span.start <= at && at < span.end)) return false;
  }
  return true;
}

function missOf(template: string, text: string, { kind, start, end }: Entity): Miss {
  return { template, kind, value: text.slice(start, end), context: text.slice(Math.max(0, start - 30), end + 20).replaceAll('\n', '\\n') };
}

/** The table of the documentation. */
export function tableOf(outcome: Outcome): string {
  const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const lines = [...outcome.rows.values()]
    .filter((row) => row.total > 0)
    .map((row) => `| ${row.kind} | ${row.total} | ${percent(row.found, row.total)} | ${percent(row.right, row.claimed)} |`);
  return ['| kind | values | found | of the finds, right |', '|---|---|---|---|', ...lines].join('\n');
}
