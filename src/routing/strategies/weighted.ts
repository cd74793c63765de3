import type { Strategy } from './strategy.ts';
import { evenHash, stickyKey } from './sticky.ts';
import { nameOf } from '../target.ts';

/**
 * Shares calls by weight. The same key goes to the same target as long as that is there, and to the same next one
 * when it is not: weighted rendezvous hashing (https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf).
 */
export const weighted: Strategy = {
  order(targets, facts, { sticky }) {
    const key = stickyKey(sticky, facts);
    const scored = targets.map((target) => {
      const even = key === null ? 1 - Math.random() : evenHash(`${key} ${nameOf(target)}`);
      return { target, score: -target.weight / Math.log(Math.min(even, 1 - Number.EPSILON)) };
    });
    return scored.sort((a, b) => b.score - a.score).map(({ target }) => target);
  },
  why: ({ weight }) => `by its weight of ${weight}`,
};
