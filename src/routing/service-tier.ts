import type { ChatRequest } from '../canonical/chat.ts';
import { isUsualTier } from '../canonical/price.ts';
import type { TokenUsage } from '../canonical/usage.ts';
import type { Target } from './target.ts';

/** The service tier that a chat request asks a target for: its price holds where the vendor does not say what it gave. */
export function askedTier({ provider, serviceTier }: Target, request?: ChatRequest): string | null {
  const { extra } = request ?? {};
  const own = extra !== undefined && extra.vendor === provider.vendor ? extra.parameters : {};
  if (own['speed'] === 'fast') return 'fast';
  const tier = own['service_tier'] ?? serviceTier;
  return typeof tier === 'string' && !isUsualTier(tier) ? tier : null;
}

/** Usage with the tier that was asked for, where the vendor did not say which it was. */
export function withTier(usage: TokenUsage, asked: string | null): TokenUsage {
  return asked === null || usage.serviceTier !== undefined ? usage : { ...usage, serviceTier: asked };
}
