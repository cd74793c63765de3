import type { ChatRequest, JsonObject, Vendor } from '../../canonical/chat.ts';
import type { AttemptContext } from '../provider.ts';
import { toolOfBlock, type VendorTools } from '../../canonical/vendor-tools.ts';
import { unique } from './unique.ts';
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

/** The vendor's own tools of a request, where this is the vendor. */
export interface OwnTools extends OwnParameters {
  tools: VendorTools['tools'];
}

/**
 * @param vendor whose API the target speaks; null for none
 * @throws UpstreamFailure `unsupported`, naming the first of them, where they are another's and may not be left out
 */
export function ownTools({ vendorTools, messages, betas = [] }: ChatRequest, vendor: Vendor | null): OwnTools {
  const warnings: string[] = vendor === 'anthropic' ? [] : betas.map((beta) => `The target does not know the beta "${beta.slice(0, 64)}"; it was left out.`);
  for (const { content } of messages) {
    for (const part of content) {
      if (part.type === 'text' && part.citations !== undefined && part.citations.vendor !== vendor) warnings.push('The target takes no citations of earlier answers; they were left out.');
      if (part.type !== 'vendor' || part.vendor === vendor) continue;
      const name = toolOfBlock(part).slice(0, 64);
      if (part.elsewhere !== 'warn') throw unsupported(`it does not know what the tool "${name}" of another vendor gave earlier`);
      warnings.push(`The target does not know what the tool "${name}" gave earlier; it was left out.`);
    }
  }
  if (vendorTools === undefined || vendorTools.vendor === vendor) {
    return { tools: vendorTools?.tools ?? [], parameters: vendorTools?.parameters ?? {}, warnings: unique(warnings) };
  }
  const { names, elsewhere } = vendorTools;
  if (elsewhere === 'refuse') throw unsupported(`it does not have the tool "${names[0]?.slice(0, 64)}", which is another vendor's own`);
  return { tools: [], parameters: {}, warnings: unique([...warnings, ...names.map((name) => `The target does not have the tool "${name.slice(0, 64)}"; it was left out.`)]) };
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
          case 'document':
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
