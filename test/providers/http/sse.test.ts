import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseError, SseSplitter } from '../../../src/providers/http/sse.ts';
import { leastRatio } from '../../harness/cpu.ts';

function split(text: string): unknown[] {
  const splitter = new SseSplitter();
  return [...splitter.push(Buffer.from(text)), ...splitter.end()];
}

test('reads names, data of several lines, and passes over the rest', () => {
  expect(split(': hi\nid: 1\nretry: 10\nevent: ping\ndata: a\ndata:b\ndata\n\nevent: empty\n\ndata:  two spaces\n\n')).toEqual([
    { event: 'ping', data: 'a\nb\n' },
    { event: 'message', data: ' two spaces' },
  ]);
});

test('the last event counts without its blank line, and not without its line end', () => {
  expect(split('data: a\n\ndata: b\n')).toEqual([{ event: 'message', data: 'a' }, { event: 'message', data: 'b' }]);
  expect(split('data: a\n\ndata: b')).toEqual([{ event: 'message', data: 'a' }]);
});

test('any events come out as they went in, in any chunks', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
  const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(line), chunks, (lines, sizes) => {
      const bytes = Buffer.from(lines.map((data) => `data: ${data}\n\n`).join(''));
      const splitter = new SseSplitter();
      const events: unknown[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        events.push(...splitter.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(events).toEqual(lines.map((data) => ({ event: 'message', data })));
    }),
  );
});

test('an event longer than the limit is refused, in one line or in many', () => {
  expect(() => new SseSplitter(1_000).push(Buffer.alloc(1_001, 'x'))).toThrow(SseError);
  const splitter = new SseSplitter(1_000);
  expect(() => {
    for (let line = 0; line < 200; line++) splitter.push(Buffer.from('data: 12345\n'));
  }).toThrow(SseError);
});

test('many small events do not add up to the limit', () => {
  const splitter = new SseSplitter(100);
  let events = 0;
  for (let line = 0; line < 1_000; line++) events += splitter.push(Buffer.from('data: 12345\n\n: comment\n\n')).length;
  expect(events).toBe(1_000);
});

test('takes time linear to a long line in small chunks', async () => {
  const split = (bytes: number) => (): void => {
    const splitter = new SseSplitter();
    const piece = Buffer.alloc(16, 'x');
    for (let sent = 0; sent < bytes; sent += piece.length) splitter.push(piece);
    splitter.push(Buffer.from('\n\n'));
  };
  // Sixteen times the bytes: about sixteen times the time, and 256 times if it were quadratic.
  expect(await leastRatio(64, split(3_200_000), split(200_000))).toBeLessThanOrEqual(64);
});
