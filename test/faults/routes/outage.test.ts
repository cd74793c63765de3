import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { failsWith, neverAnswers, tokens, type PartialBehaviour } from '../index.ts';
import { Stage } from './stage.ts';

/** A minute of the issue is three seconds here. */
const FASTER = 20;
const DOWN_MS = 60_000 / FASTER;
const EVERY_MS = 4_000 / FASTER;
const BACK_WITHIN_MS = 30_000 / FASTER;

const breaker = { openMs: `${5_000 / FASTER}ms`, maxOpenMs: `${20_000 / FASTER}ms` };

test.each<[string, PartialBehaviour, number]>([
  ['fails', failsWith(503), 5_000],
  ['is silent', neverAnswers, 150],
])('a target that %s for a minute: every call is answered, and it is asked again soon after', async (_, fault, firstTokenMs) => {
  await using stage = await Stage.open({ route: { firstTokenMs, breaker } });
  stage.first.behave(tokens(20));
  stage.second.behave(tokens(20));
  // Both are asked before the outage begins: their first request loads what they need.
  await expect.poll(async () => (await stage.ask('whole')).meta?.provider).toBe('first');
  stage.first.behave(failsWith(400, { error: { code: 'context_length_exceeded' } }));
  await expect.poll(async () => (await stage.ask('whole')).meta?.provider).toBe('second');

  stage.first.behave(fault);
  const downSince = performance.now();
  stage.first.reset();
  let asked = 0;
  const answered: (string | undefined)[] = [];
  while (performance.now() < downSince + DOWN_MS) {
    const told = await stage.ask(asked++ % 2 === 0 ? 'whole' : 'streamed');
    answered.push(told.code === null ? told.meta?.provider : told.code ?? undefined);
    await sleep(EVERY_MS);
  }
  expect(new Set(answered)).toEqual(new Set(['second']));
  // Three attempts for each of the few calls before the breaker opens, then probes.
  expect(stage.first.requests.length).toBeLessThanOrEqual(6 + 3 + DOWN_MS / (5_000 / FASTER));

  stage.first.behave(tokens(20));
  await expect.poll(async () => (await stage.ask('whole')).meta?.provider, { timeout: BACK_WITHIN_MS + 1_000, interval: EVERY_MS }).toBe('first');
});
