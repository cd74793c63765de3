import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toRow } from '../../src/ledger/rows.ts';
import { Journal } from '../../src/ledger/store/journal.ts';
import { decode, encode, withoutPictures } from '../../src/ledger/store/stored-call.ts';
import { aCall } from './calls.ts';
import { makePlace, type Place } from './engines.ts';

let place: Place;
let file: string;

beforeEach(async () => {
  place = await makePlace('sqlite');
  file = join(place.dataDir, 'journal');
});

afterEach(async () => {
  await place.remove();
});

function readAll(journal: Journal): string[] {
  const lines: string[] = [];
  while (!journal.isEmpty) {
    const read = journal.read();
    lines.push(...read.lines);
    journal.advance(read.next);
  }
  return lines;
}

test('gives back what was appended, in order, also after a restart, and is empty then', () => {
  const journal = new Journal(file, 1_000);
  journal.append(['one', 'zwei ü']);
  journal.append(['three']);
  expect(readAll(new Journal(file, 1_000))).toEqual(['one', 'zwei ü', 'three']);
  expect(statSync(file).size).toBe(0);
});

test('a line that a crash has cut does not spoil the next', () => {
  new Journal(file, 1_000).append(['one']);
  appendFileSync(file, 'cut he');
  const journal = new Journal(file, 1_000);
  journal.append(['two']);
  expect(readAll(journal)).toEqual(['one', 'cut he', 'two']);
});

test('what is appended while it is read is read after it', () => {
  const journal = new Journal(file, 1_000);
  journal.append(['one']);
  const { lines, next } = journal.read();
  journal.append(['two']);
  journal.advance(next);
  expect(lines).toEqual(['one']);
  expect(readAll(journal)).toEqual(['two']);
});

test('lines that are longer than what is read at a time come whole', () => {
  const journal = new Journal(file, 100_000_000);
  const lines = ['a'.repeat(9_000_000), 'b', 'c'.repeat(5_000_000)];
  journal.append(lines);
  expect(readAll(journal)).toEqual(lines);
});

test('a file that is never read to its end does not grow for ever', () => {
  const journal = new Journal(file, 200_000_000);
  const line = 'x'.repeat(1_000_000);
  for (let i = 0; i < 150; i++) {
    journal.append([`${i}${line}`, `${i}${line}`]);
    journal.advance(journal.read().next - line.length - String(i).length - 1);
  }
  expect(statSync(file).size).toBeLessThan(140_000_000);
  expect(readAll(journal).at(-1)).toBe(`149${line}`);
});

test('takes no more than it may', () => {
  const journal = new Journal(file, 10);
  journal.append(['12345678']);
  expect(() => journal.append(['9'])).toThrow('full');
  expect(readAll(journal)).toEqual(['12345678']);
});

describe('a call', () => {
  const row = toRow(aCall({ sentiment: { label: 'NEGATIVE', score: -0.5, confidence: 0.75 } }));
  const sealed = (text: string) => Buffer.from(text);
  const stored = {
    row,
    charges: null,
    payload: {
      row: { call_id: row.id, started_at: 1, expires_at: null, data_key: 'key', prompt: sealed('p'), answer: sealed('a'), original_prompt: sealed('op'), original_answer: null },
      pictures: [{ call_id: row.id, place: 0, picture: 0, media_type: 'image/png', width: 4, height: 3, size: 9, bytes: sealed('bytes') }],
      dataKey: null,
    },
  };

  test('comes back from a line as it was', () => {
    expect(decode(encode('one', stored))).toEqual({ instance: 'one', call: stored });
    expect(decode(encode('one', withoutPictures(stored)))?.call.payload?.pictures).toEqual([{ ...stored.payload.pictures[0], bytes: null }]);
    expect(decode('{"instance":"one","call":{"ro')).toBeNull();
  });
});

test('a journal tells when half of it is taken', () => {
  const journal = new Journal(file, 20);
  journal.append(['12345678']);
  expect(journal.isHalfFull).toBe(false);
  journal.append(['1']);
  expect(journal.isHalfFull).toBe(true);
});
