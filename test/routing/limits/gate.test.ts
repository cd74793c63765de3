import { expect, test } from 'vitest';
import { Gate } from '../../../src/routing/limits/gate.ts';

const never = new AbortController().signal;

test('lets as many in as it may, and passes each place on', async () => {
  const gate = new Gate({ concurrency: 2, queue: 2 });
  expect([gate.tryEnter(), gate.tryEnter(), gate.tryEnter()]).toEqual([true, true, false]);
  const place = gate.queue('INTERACTIVE', never);
  gate.leave(100);
  await place;
  expect(gate).toMatchObject({ running: 2, queued: 0 });
  gate.leave(100);
  gate.leave(100);
  expect(gate.running).toBe(0);
});

test('one that waits is not overtaken by one that comes', () => {
  const gate = new Gate({ concurrency: 1, queue: 2 });
  gate.tryEnter();
  void gate.queue('BATCH', never);
  gate.leave(1);
  expect(gate.tryEnter()).toBe(false);
});

test('refuses when the queue is full, for both priorities together', () => {
  const gate = new Gate({ concurrency: 1, queue: 2 });
  gate.tryEnter();
  expect(gate.queue('BATCH', never)).not.toBeNull();
  expect(gate.queue('INTERACTIVE', never)).not.toBeNull();
  expect(gate.queue('INTERACTIVE', never)).toBeNull();
  expect(gate.retryAfterMs()).toBeGreaterThan(0);
});

test('one that leaves the queue makes room, and is never given a place', async () => {
  const gate = new Gate({ concurrency: 1, queue: 1 });
  gate.tryEnter();
  const controller = new AbortController();
  const place = gate.queue('INTERACTIVE', controller.signal);
  controller.abort(new Error('gone'));
  await expect(place).rejects.toThrow('gone');
  expect(gate.queued).toBe(0);
  gate.leave(1);
  expect(gate.running).toBe(0);
});

test('without a limit it only counts', () => {
  const gate = new Gate(null);
  for (let index = 0; index < 1_000; index++) expect(gate.tryEnter()).toBe(true);
  expect(gate.running).toBe(1_000);
});
