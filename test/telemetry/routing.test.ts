import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logRoutes } from '../../src/telemetry/routing.ts';

/** What the log has written, as level and message. */
function recorded(): { lines: { level: string; msg: string; [field: string]: unknown }[]; observer: ReturnType<typeof logRoutes> } {
  const lines: { level: string; msg: string }[] = [];
  const log = pino({ level: 'info', base: null, formatters: { level: (level) => ({ level }) } }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, observer: logRoutes(log) };
}

test('a target that only an operator can mend is shouted about, one that fails is not', () => {
  const { lines, observer } = recorded();
  observer.breakerChanged({ target: 'openai/gpt-5', state: 'OPEN', kind: 'auth', openMs: 5_000 });
  observer.breakerChanged({ target: 'openai/gpt-6', state: 'OPEN', kind: 'unknown_model', openMs: 5_000 });
  observer.breakerChanged({ target: 'openai/gpt-5', state: 'OPEN', kind: 'server', openMs: 5_000 });
  observer.breakerChanged({ target: 'openai/gpt-5', state: 'CLOSED', kind: null, openMs: 0 });
  expect(lines.map(({ level }) => level)).toEqual(['error', 'error', 'warn', 'info']);
  expect(lines[0]).toMatchObject({ target: 'openai/gpt-5', kind: 'auth' });
});

test('a failover names where the call came from and where it goes', () => {
  const { lines, observer } = recorded();
  observer.failedOver({ model: 'support', requestId: 'r-1', from: 'openai/gpt-5', to: 'anthropic/claude', kind: 'timeout' });
  expect(lines).toMatchObject([{ level: 'warn', model: 'support', requestId: 'r-1', from: 'openai/gpt-5', to: 'anthropic/claude', kind: 'timeout' }]);
});

test('an attempt that answered is no line', () => {
  const { lines, observer } = recorded();
  const attempt = { provider: 'openai', targetModel: 'gpt-5', outcome: 'OK' as const, durationMs: 10, reason: null };
  observer.attemptEnded({ model: 'support', requestId: 'r-1', attempt, kind: null });
  observer.attemptEnded({ model: 'support', requestId: 'r-1', attempt: { ...attempt, outcome: 'FAILED', reason: 'the vendor failed' }, kind: 'server' });
  expect(lines).toMatchObject([{ level: 'info', target: 'openai/gpt-5', kind: 'server' }]);
});
