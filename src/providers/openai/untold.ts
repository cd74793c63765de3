import type { ChatRequest, Effort } from '../../canonical/chat.ts';
import { unique } from '../shared/unique.ts';
import { marksCache } from '../shared/vendor-parameters.ts';

/** The vendor's word for how much to think. */
export function vendorEffort(effort: Effort): Exclude<Effort, 'max'> {
  return effort === 'max' ? 'xhigh' : effort;
}

/** What of a request cannot be said to this vendor and only leans on the answer, in words for the caller. */
export function untold(request: ChatRequest): string[] {
  const warnings: string[] = [];
  if (request.effort === 'max') warnings.push('OpenAI models know no effort "max"; it was lowered to "xhigh".');
  if (request.thinking !== undefined) warnings.push('OpenAI models take no `thinking`; it was left out. Their word for it is the reasoning effort.');
  if (request.messages.some(({ content }) => content.some((part) => part.type === 'document' && part.document.citations))) {
    warnings.push('OpenAI models give no citations of documents; the wish was left out.');
  }
  if (marksCache(request)) warnings.push('OpenAI models cache by themselves; `cache_control` was left out.');
  const hints = request.tools.flatMap((tool) => (tool.hints === undefined || tool.hints.vendor === 'openai' ? [] : Object.keys(tool.hints.parameters)));
  for (const hint of unique(hints)) warnings.push(`OpenAI models do not know the parameter "${hint.slice(0, 64)}" of tools; it was left out.`);
  if (request.messages.some(({ content }) => content.some(({ type }) => type === 'reasoning'))) {
    warnings.push('OpenAI models take no thinking of earlier answers; it was left out.');
  }
  return warnings;
}
