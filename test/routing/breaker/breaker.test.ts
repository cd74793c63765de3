import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker, BREAKER_DEFAULTS, type BreakerChange } from '../../../src/routing/breaker/breaker.ts';

const { openMs, maxOpenMs, failures } = BREAKER_DEFAULTS;

function failing(breaker: Breaker, count: number, now = 0): void {
  for (let attempt = 0; attempt < count; attempt++) breaker.end('attempt', 'failed', 'server', now);
}

describe('a breaker', () => {
  test('opens when enough of the last attempts have failed, and says why', () => {
    const changes: BreakerChange[] = [];
    const breaker = new Breaker(BREAKER_DEFAULTS, (change) => changes.push(change));
    failing(breaker, failures - 1);
    expect(breaker.enter(0)).toBe('attempt');
    failing(breaker, 1);
    expect(breaker.enter(0)).toBeNull();
    expect(breaker.waitMs(1_000)).toBe(openMs - 1_000);
    expect(changes).toEqual([{ state: 'OPEN', reason: 'server', openMs }]);
  });

  test('tells each turn: that it opens, lets a probe through, and closes', () => {
    const states: string[] = [];
    const breaker = new Breaker(BREAKER_DEFAULTS, ({ state }) => states.push(state));
    failing(breaker, failures);
    expect(breaker.enter(openMs)).toBe('probe');
    breaker.end('probe', 'failed', 'server', openMs);
    expect(breaker.enter(openMs * 3)).toBe('probe');
    breaker.answered();
    expect(states).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED']);
  });

  test('stays closed while a good share succeeds', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    for (let attempt = 0; attempt < 200; attempt++) breaker.end('attempt', attempt % 2 === 0 ? 'ok' : 'failed', 'server', attempt);
    expect(breaker.state).toBe('CLOSED');
  });

  test('forgets what was long ago', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures - 1, 0);
    failing(breaker, 1, 120_000);
    expect(breaker.state).toBe('CLOSED');
  });

  test('lets one probe through at a time, and closes when it succeeds', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures);
    expect(breaker.enter(openMs - 1)).toBeNull();
    expect(breaker.enter(openMs)).toBe('probe');
    expect(breaker.enter(openMs)).toBeNull();
    breaker.end('probe', 'ok', null, openMs + 1);
    expect(breaker.state).toBe('CLOSED');
    failing(breaker, failures - 1, openMs + 2);
    expect(breaker.state).toBe('CLOSED');
  });

  test('closes with the first word of a probe, however long the rest takes', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures);
    breaker.enter(openMs);
    breaker.answered();
    expect(breaker.enter(openMs)).toBe('attempt');
  });

  test('waits twice as long after each probe that fails, up to a bound', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures);
    let now = 0;
    const waits: number[] = [];
    for (let probe = 0; probe < 5; probe++) {
      const wait = breaker.waitMs(now);
      waits.push(wait);
      now += wait;
      expect(breaker.enter(now)).toBe('probe');
      breaker.end('probe', 'failed', 'timeout', now);
    }
    expect(waits).toEqual([openMs, openMs * 2, openMs * 4, maxOpenMs, maxOpenMs]);
  });

  test('a probe that nobody waited for makes room for the next', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures);
    breaker.enter(openMs);
    breaker.end('probe', 'unknown', null, openMs);
    expect(breaker.enter(openMs)).toBe('probe');
  });

  test('an attempt from before it opened says nothing about the probe', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    failing(breaker, failures);
    breaker.enter(openMs);
    breaker.end('attempt', 'failed', 'server', openMs);
    expect(breaker.state).toBe('HALF_OPEN');
  });

  test('opens at once for what only an operator can mend', () => {
    const breaker = new Breaker(BREAKER_DEFAULTS);
    breaker.trip('auth', 0);
    expect(breaker).toMatchObject({ state: 'OPEN', reason: 'auth' });
  });

  test('never stays shut for ever, whatever happens', () => {
    const verdict = fc.constantFrom('ok' as const, 'failed' as const, 'unknown' as const);
    fc.assert(
      fc.property(fc.array(fc.record({ verdict, pauseMs: fc.nat(30_000), trip: fc.boolean() }), { maxLength: 60 }), (steps) => {
        const breaker = new Breaker(BREAKER_DEFAULTS);
        let now = 0;
        for (const step of steps) {
          now += step.pauseMs;
          const entered = breaker.enter(now);
          if (entered === null) continue;
          if (step.trip) breaker.trip('auth', now);
          breaker.end(entered, step.verdict, 'server', now);
        }
        expect(breaker.enter(now + maxOpenMs)).not.toBeNull();
      }),
    );
  });
});
