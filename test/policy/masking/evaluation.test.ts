import { beforeAll, describe, expect, it } from 'vitest';
import { EVALUATION } from './documents/evaluation.ts';
import { documentsOf, evaluate, tableOf } from './documents/evaluate.ts';
import type { Outcome, Row } from './documents/evaluate.ts';
import { SECOND } from './documents/second.ts';

/** Documents of each template: 56 templates make 3,360. */
const ROUNDS = 60;

describe('masking on generated documents', () => {
  let outcome: Outcome;
  const row = (kind: string): Row => outcome.rows.get(kind) ?? { kind, total: 0, found: 0, claimed: 0, right: 0 };

  beforeAll(() => {
    outcome = evaluate([...documentsOf(EVALUATION, ROUNDS), ...documentsOf(SECOND, ROUNDS)]);
    // MASKING_TABLE=1 shows the table of docs/masking.md.
    if (process.env['MASKING_TABLE']) process.stdout.write(`${tableOf(outcome)}\n`);
  }, 120_000);

  it('has 2,000 documents at least, and every kind in hundreds', () => {
    expect(outcome.documents).toBeGreaterThanOrEqual(2000);
    for (const kind of ['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY', 'PHONE', 'PERSON']) expect(row(kind).total).toBeGreaterThan(300);
  });

  it.each(['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY'])('finds every %s', (kind) => {
    expect(outcome.missed.filter((miss) => miss.kind === kind)).toEqual([]);
  });

  it('finds 95 % of the phone numbers', () => {
    expect(row('PHONE').found / row('PHONE').total).toBeGreaterThanOrEqual(0.95);
  });

  it('finds 90 % of the names, and 85 % of its finds are names', () => {
    expect(row('PERSON').found / row('PERSON').total).toBeGreaterThanOrEqual(0.9);
    expect(row('PERSON').right / row('PERSON').claimed).toBeGreaterThanOrEqual(0.85);
  });
});
