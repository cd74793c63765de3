import { failsWith, neverAnswers, rateLimited, resetsBeforeHeaders, tokens, withFaults, type PartialBehaviour } from '../index.ts';

const good = tokens(20);

const FAULTS: readonly PartialBehaviour[] = [
  failsWith(500),
  failsWith(503),
  rateLimited(),
  rateLimited(1),
  resetsBeforeHeaders,
  neverAnswers,
  withFaults(good, { kind: 'cut', afterTokens: 7 }),
  withFaults(good, { kind: 'endEarly', afterTokens: 7 }),
  withFaults(good, { kind: 'stall', afterTokens: 7 }),
  withFaults(good, { kind: 'garble', token: 5 }),
  withFaults(good, { kind: 'errorEvent', afterTokens: 7 }),
  withFaults(good, { kind: 'noTerminator' }),
  withFaults(good, { kind: 'noUsage' }),
];

/** Three in ten requests go wrong, each in a way of its own, with 20 tokens where none does; the same ones on every run. */
export function stormy(seed: number): () => PartialBehaviour {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (random() < 0.3 ? (FAULTS[Math.floor(random() * FAULTS.length)] ?? good) : good);
}
