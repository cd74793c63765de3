import type { Strategy } from './strategy.ts';

/** First the one that will probably have answered first, by what was measured; one that was never asked goes first. */
export const fastest: Strategy = {
  order(targets, facts) {
    const now = performance.now();
    const scored = targets.map((target) => ({ target, ms: target.state.latency.expectedMs(facts.outputTokens, now) }));
    return scored.sort((a, b) => a.ms - b.ms).map(({ target }) => target);
  },
  why({ state: { latency } }) {
    const { firstTokenMs, perTokenMs } = latency;
    if (firstTokenMs === null) return 'was not measured yet';
    return `first token after ${Math.round(firstTokenMs)} ms${perTokenMs === null ? '' : `, then ${perTokenMs.toFixed(1)} ms a token`}, on the average`;
  },
};
