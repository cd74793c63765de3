import type { ChatRequest, JsonObject, Vendor } from '../../canonical/chat.ts';
import type { AttemptContext } from '../provider.ts';
import { unsupported } from './unsupported.ts';

export interface OwnParameters {
  /** Go into the request as they are. */
  parameters: JsonObject;
  /** What was left out, in words for the caller. */
  warnings: string[];
}

/**
 * The parameters of a request that only one vendor knows, if this is the one.
 * @param vendor whose API the target speaks; null for none
 * @throws UpstreamFailure `unsupported`, naming the first of them, where they are another's and may not be left out
 */
export function ownParameters({ extra }: ChatRequest, vendor: Vendor | null): OwnParameters {
  if (extra === undefined) return { parameters: {}, warnings: [] };
  if (extra.vendor === vendor) return { parameters: extra.parameters, warnings: [] };
  const names = Object.keys(extra.parameters);
  const [first] = names;
  if (first === undefined) return { parameters: {}, warnings: [] };
  if (extra.elsewhere === 'refuse') throw unsupported(`it does not know the parameter "${first.slice(0, 64)}"`);
  return { parameters: {}, warnings: names.map((name) => `The target does not know the parameter "${name.slice(0, 64)}"; it was left out.`) };
}

/** Any place of the conversation or the tools is marked for the vendor's cache. */
export function marksCache({ messages, tools }: ChatRequest): boolean {
  return (
    tools.some(({ cache }) => cache !== undefined) ||
    messages.some(({ content }) =>
      content.some((part) => {
        switch (part.type) {
          case 'text':
          case 'image':
            return part.cache !== undefined;
          case 'toolCall':
            return part.call.cache !== undefined;
          case 'toolResult':
            return part.result.cache !== undefined;
          default:
            return false;
        }
      }),
    )
  );
}

/** With the target's service tier, where the request names none. */
export function withTier(parameters: JsonObject, { serviceTier }: Pick<AttemptContext, 'serviceTier'>): JsonObject {
  return serviceTier == null ? parameters : { service_tier: serviceTier, ...parameters };
}
