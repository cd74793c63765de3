import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamFailure } from '../../src/canonical/failure.ts';
import type { StreamTranslator } from '../../src/providers/http/answer-stream.ts';
import { gather } from './support/requests.ts';
import { readPieces, wireFiles } from './support/wire.ts';

export interface StreamSubject {
  /** Which wire files are its own: `openai`, `anthropic`. */
  vendor: string;
  translator: () => StreamTranslator;
  /** The bytes of a stream with these events. */
  frame: (lines: readonly string[], newline: string) => string;
}

/** Files longer than this are cut and split at some of their bytes, not at every one. */
const EVERY_BYTE_UP_TO = 8_000;

/**
 * What every stream translator must hold to: the same answer however its bytes are delivered, and never a cut
 * answer shown as a complete one.
 */
export function streamConformance(subject: StreamSubject): void {
  describe.each(wireFiles(subject.vendor))('the stream $name', ({ lines }) => {
    const bytes = Buffer.from(subject.frame(lines, '\n'));
    const places = placesIn(bytes.length);

    async function whole() {
      const { chunks, error } = await readPieces(subject.translator(), [bytes]);
      expect(error).toBeUndefined();
      return gather(chunks);
    }

    test('is complete', async () => {
      const answer = await whole();
      expect(answer.finish).not.toBeNull();
      expect(answer.text + answer.refusal + answer.toolCalls.map((call) => call.arguments).join('')).not.toBe('');
    });

    test('is the same when it is split in two at any byte', async () => {
      const expected = await whole();
      for (const place of places) {
        const { chunks, error } = await readPieces(subject.translator(), [bytes.subarray(0, place), bytes.subarray(place)]);
        expect({ place, error, answer: gather(chunks) }).toEqual({ place, error: undefined, answer: expected });
      }
    });

    test('is the same in any chunks', async () => {
      const expected = await whole();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 }), async (cuts) => {
          const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const pieces = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
          const { chunks, error } = await readPieces(subject.translator(), pieces);
          expect(error).toBeUndefined();
          expect(gather(chunks)).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    });

    test('is the same byte by byte, and with CRLF and comments between', async () => {
      const expected = await whole();
      const size = Math.ceil(bytes.length / EVERY_BYTE_UP_TO);
      const single = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
      expect(gather((await readPieces(subject.translator(), single)).chunks)).toEqual(expected);
      const windows = Buffer.from(`\u{feff}: hello\r\n\r\n${subject.frame(lines, '\r\n').replaceAll('\r\n\r\n', '\r\n\r\n: keep-alive\r\n\r\n')}`);
      expect(gather((await readPieces(subject.translator(), [windows])).chunks)).toEqual(expected);
    });

    test.each(['end', 'break'] as const)('cut at any byte (%s) is an error or the complete answer', async (ending) => {
      const expected = await whole();
      const complete = comparable(expected);
      let errors = 0;
      for (const place of places) {
        const { chunks, error } = await readPieces(subject.translator(), [bytes.subarray(0, place)], ending);
        const answer = gather(chunks);
        const kind = error instanceof UpstreamFailure ? error.kind : error;
        const verdict =
          error === undefined
            ? isDeepStrictEqual(comparable(answer), complete)
            : (kind === 'cut' || kind === 'connection') && answer.finish === null && expected.text.startsWith(answer.text);
        expect({ place, kind, verdict }).toEqual({ place, kind, verdict: true });
        if (error !== undefined) errors++;
      }
      // Most of a stream lies before the word that it is complete.
      expect(errors).toBeGreaterThan(places.length / 3);
    });

    test('with a broken event anywhere before its end is garbled', async () => {
      for (const [index, line] of lines.entries()) {
        if (index >= endOf(lines)) break;
        const broken = lines.with(index, line.slice(0, -1));
        const { chunks, error } = await readPieces(subject.translator(), [Buffer.from(subject.frame(broken, '\n'))]);
        expect({ index, error, finish: gather(chunks).finish }).toMatchObject({ index, error: { kind: 'garbled' }, finish: null });
      }
    });

    test('that is no UTF-8 is garbled', async () => {
      const broken = Buffer.from(bytes);
      broken[bytes.indexOf('{') + 2] = 0xff;
      expect((await readPieces(subject.translator(), [broken])).error).toMatchObject({ kind: 'garbled' });
    });
  });
}

/** A cut after the word that the answer is complete can cost the usage, and with it nothing else. */
function comparable({ usage: _usage, ...answer }: ReturnType<typeof gather>) {
  return answer;
}

/** The event that says why the answer ended. */
function endOf(lines: readonly string[]): number {
  return lines.findIndex((line) => /"(finish_reason|stop_reason)":"/.test(line));
}

function placesIn(length: number): number[] {
  const step = Math.max(1, Math.floor(length / EVERY_BYTE_UP_TO));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step).filter((place) => length <= EVERY_BYTE_UP_TO || place % 97 === 0 || place > length - 600);
}
