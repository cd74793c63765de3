import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/media/gate.ts';
import { Memo } from '../../src/media/memo.ts';
import { NEVER } from './support.ts';

/** A job that ends when it is told to. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { starts: 0, finish: () => resolve('done'), fail: reject };
  const run = () => {
    state.starts += 1;
    return promise;
  };
  return Object.assign(state, { run });
}

describe('the gate', () => {
  it('lets no more in than it has room for, and the next in order', async () => {
    const gate = new Gate(2, 10);
    const jobs = [job(), job(), job(), job()];
    const results = jobs.map((each) => gate.run(1, NEVER, each.run));
    await turn();
    expect(jobs.map(({ starts }) => starts)).toEqual([1, 1, 0, 0]);
    jobs[1]?.finish();
    await turn();
    expect(jobs.map(({ starts }) => starts)).toEqual([1, 1, 1, 0]);
    for (const each of jobs) each.finish();
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('gives a heavy job all the room, and lets nothing pass it by', async () => {
    const gate = new Gate(2, 10);
    const [light, heavy, later] = [job(), job(), job()];
    const results = [gate.run(1, NEVER, light.run), gate.run(99, NEVER, heavy.run), gate.run(1, NEVER, later.run)];
    await turn();
    expect([heavy.starts, later.starts]).toEqual([0, 0]);
    light.finish();
    await turn();
    expect([heavy.starts, later.starts]).toEqual([1, 0]);
    heavy.finish();
    later.finish();
    await Promise.all(results);
  });

  it('turns away what is beyond its queue', async () => {
    const gate = new Gate(1, 1);
    const [first, second] = [job(), job()];
    const results = [gate.run(1, NEVER, first.run), gate.run(1, NEVER, second.run)];
    await expect(gate.run(1, NEVER, job().run)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterMs: 1000 } });
    first.finish();
    second.finish();
    await Promise.all(results);
  });

  it('lets a caller leave at once, and is free only when the job has ended', async () => {
    const gate = new Gate(1, 10);
    const [running, waiting, last] = [job(), job(), job()];
    const leaving = new AbortController();
    const left = [gate.run(1, leaving.signal, running.run), gate.run(2, leaving.signal, waiting.run)];
    const lastResult = gate.run(1, NEVER, last.run);
    await turn();
    leaving.abort();
    for (const each of left) await expect(each).rejects.toMatchObject({ name: 'AbortedError' });
    expect([waiting.starts, last.starts]).toEqual([0, 0]);
    running.fail(new Error('nobody hears this'));
    await turn();
    last.finish();
    expect(await lastResult).toBe('done');
    expect(waiting.starts).toBe(0);
    await expect(gate.run(1, leaving.signal, waiting.run)).rejects.toMatchObject({ name: 'AbortedError' });
  });
});

describe('the memo', () => {
  it('shares work, keeps results, and forgets the oldest', async () => {
    const memo = new Memo<string>(2);
    const [a, b, c] = [job(), job(), job()];
    const both = [memo.get('a', NEVER, a.run), memo.get('a', NEVER, a.run)];
    for (const each of [a, b, c]) each.finish();
    expect(await Promise.all(both)).toEqual(['done', 'done']);
    await memo.get('b', NEVER, b.run);
    await memo.get('a', NEVER, a.run);
    await memo.get('c', NEVER, c.run);
    await memo.get('a', NEVER, a.run);
    expect([a.starts, b.starts, c.starts]).toEqual([2, 1, 1]);
  });

  it('aborts work that nobody waits for, and starts anew for who comes next', async () => {
    const memo = new Memo<string>(2);
    const leaving = new AbortController();
    let aborted = false;
    const first = memo.get('a', leaving.signal, async (signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise<string>(() => {});
    });
    leaving.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortedError' });
    expect(aborted).toBe(true);
    expect(await memo.get('a', NEVER, async () => 'fresh')).toBe('fresh');
  });

  it('does not keep failures', async () => {
    const memo = new Memo<string>(2);
    await expect(memo.get('a', NEVER, () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    expect(await memo.get('a', NEVER, async () => 'then')).toBe('then');
  });
});
