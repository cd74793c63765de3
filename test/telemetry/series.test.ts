import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Count, Durations, Metric } from '../../src/telemetry/metrics/series.ts';

const BOUNDS = [0.005, 0.1, 2.5];
/** Some of them have letters that the format escapes. */
const CALLS = [['support', 'shop'], ['support', 'app "x"'], ['a\\b\nc', 'shop'], ['support', 'shop']] as const;

test('a counter is written as prom-client writes it', async () => {
  const register = new Registry();
  const theirs = new Counter({ name: 'calls_total', help: 'Calls.', labelNames: ['model', 'app'], registers: [register] });
  const own = new Metric('counter', 'calls_total', 'Calls.', ['model', 'app'], () => new Count());
  for (const [model, app] of CALLS) {
    theirs.inc({ model, app }, 0.5);
    own.of(model, app).add(0.5);
  }
  expect(sorted(own.text())).toEqual(sorted(await register.metrics()));
});

test('a histogram is written as prom-client writes it', async () => {
  const register = new Registry();
  const theirs = new Histogram({ name: 'seconds', help: 'How long.', labelNames: ['model', 'app'], buckets: BOUNDS, registers: [register] });
  const own = new Metric('histogram', 'seconds', 'How long.', ['model', 'app'], () => new Durations(BOUNDS));
  for (const [index, seconds] of [0, 0.005, 0.0051, 0.1, 1, 2.5, 60].entries()) {
    const [model, app] = CALLS[index % CALLS.length] ?? CALLS[0];
    theirs.observe({ model, app }, seconds);
    own.of(model, app).observe(seconds);
  }
  expect(sorted(own.text())).toEqual(sorted(await register.metrics()));
});

/** The order of lines means nothing. */
function sorted(text: string): string[] {
  return text.trim().split('\n').toSorted();
}
