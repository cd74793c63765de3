import { NO_USAGE } from '../canonical/usage.ts';
import type { Call } from './call.ts';
import { askedTier, withTier } from '../routing/service-tier.ts';
import { sizeOf } from './limits/estimate.ts';

/**
 * The caller left before an answer began: the vendor that was asked last bills what it had read by then, all the same.
 * Where it is not known, it is estimated.
 */
export function settleLost(call: Call): void {
  const attempt = call.route.attempts.at(-1);
  if (call.answers.length > 0 || attempt?.outcome !== 'CANCELLED') return;
  const target = call.model.targets.find(({ provider, targetModel }) => provider.name === attempt.provider && targetModel === attempt.targetModel);
  if (target === undefined) return;
  const { input, chat } = sizeOf(call.operation, call.request);
  const tier = askedTier(target, chat);
  call.lost = { target, usage: attempt.usage ?? withTier({ ...NO_USAGE, input, reported: false }, tier) };
}
