import type { Endpoint } from '../exchange.ts';

/** Paths of Anthropic's API, with what answers them. */
export function anthropicEndpoints(): Readonly<Record<string, Endpoint>> {
  return {};
}
