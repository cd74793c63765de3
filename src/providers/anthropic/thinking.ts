import type { MessageCreateParams, OutputConfig, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages';
import type { ChatRequest } from '../../canonical/chat.ts';

type VendorEffort = NonNullable<OutputConfig['effort']>;

/** How much the model is to think, in the vendor's words. */
export function addThinking(body: MessageCreateParams, { thinking, effort }: ChatRequest): void {
  if (thinking !== undefined) body.thinking = vendorThinking(thinking);
  // The vendor has no effort of nothing: it is told not to think.
  else if (effort === 'none') body.thinking = { type: 'disabled' };
  const level = effort === undefined || effort === 'none' ? null : vendorEffort(effort);
  if (level !== null) body.output_config = { ...body.output_config, effort: level };
}

function vendorEffort(effort: 'minimal' | VendorEffort): VendorEffort {
  return effort === 'minimal' ? 'low' : effort;
}

function vendorThinking({ mode, budgetTokens, display }: NonNullable<ChatRequest['thinking']>): ThinkingConfigParam {
  if (mode === 'disabled') return { type: 'disabled' };
  const shown = display === null ? {} : { display };
  return mode === 'adaptive' ? { type: 'adaptive', ...shown } : { type: 'enabled', budget_tokens: budgetTokens ?? 1_024, ...shown };
}
