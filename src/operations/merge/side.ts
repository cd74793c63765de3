import type { SentimentLabel } from '../../canonical/results.ts';

/** The scores, from -1 to 1, that go with a label. A text has a mood from ±0.05 on, as with VADER (ICWSM 2014). */
const SIDES: Record<SentimentLabel, readonly [least: number, most: number]> = {
  POSITIVE: [0.05, 1],
  NEGATIVE: [-1, -0.05],
  NEUTRAL: [-0.3, 0.3],
  MIXED: [-0.6, 0.6],
};

/** Moves a score no further than it must, so that it does not contradict its label. */
export function onSide(label: SentimentLabel, score: number): number {
  const [least, most] = SIDES[label];
  return Math.min(most, Math.max(least, score));
}
