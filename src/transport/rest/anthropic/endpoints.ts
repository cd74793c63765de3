import type { Endpoint } from '../exchange.ts';
import { countTokens } from './count-tokens.ts';
import { messages } from './messages/messages.ts';
import { modelByName, models } from './models.ts';

/** Paths of Anthropic's API, with what answers them. */
export function anthropicEndpoints(): Readonly<Record<string, Endpoint>> {
  return {
    '/v1/messages': { method: 'POST', answer: messages },
    '/v1/messages/count_tokens': { method: 'POST', answer: countTokens },
    '/v1/models': { method: 'GET', answer: models },
    '/v1/models/*': { method: 'GET', answer: modelByName },
  };
}
