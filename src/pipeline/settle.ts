import { estimatedUsage, estimateTokens, probableToolUses } from '../canonical/estimate.ts';
import type { UnaryOperation } from '../canonical/results.ts';
import { NO_USAGE, type TokenUsage } from '../canonical/usage.ts';
import type { MemberReading } from '../routing/route.ts';
import { askedTier, withTier } from '../routing/service-tier.ts';
import type { Call } from './call.ts';
import { sizeOf } from './limits/estimate.ts';
import { readingText } from './payload/texts.ts';

/**
 * The usage of a chat call that is over: what the vendor counted, and what it did not is estimated.
 * @param whole the answer has come to its end
 */
export function settleChat(call: Call<'CHAT'>, answer: readonly string[], whole: boolean): void {
  call.ended();
  if (call.keepAnswer) call.answer = answer.join('');
  for (const answered of call.answers) {
    const { usage, target } = answered;
    if (usage.input === 0 && usage.output === 0) answered.usage = withTier(estimatedUsage(call.request, answer.join('')), askedTier(target, call.request));
    else if (!whole) {
      // What was reported before the end may be of the begin.
      const { output } = estimatedUsage(call.request, answer.join(''));
      if (output > usage.output) answered.usage = { ...usage, output, reported: false };
    }
  }
}

/** What a member has used that answered whole: estimated where its vendor counts nothing. */
export function usageOf<O extends UnaryOperation>(call: Call<O>, operation: O, { target, reading }: MemberReading<O>): TokenUsage {
  const { usage } = reading;
  if (usage.reported || usage.input > 0 || usage.output > 0) return usage;
  const { input } = sizeOf(operation, call.request);
  const output = operation === 'EMBED' ? 0 : estimateTokens(readingText(operation, reading));
  return withTier({ ...usage, input, output }, askedTier(target));
}

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
  call.lost = { target, usage: attempt.usage ?? withTier({ ...NO_USAGE, input, reported: false, ...(chat !== undefined && probableToolUses(chat)) }, askedTier(target, chat)) };
}
