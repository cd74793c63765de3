import type { Endpoint } from '../exchange.ts';
import { countTokens } from './count-tokens.ts';
import { messages } from './messages/messages.ts';
import { modelByName, models } from './models.ts';

/** Paths of Anthropic's API, with what answers them. */
export function anthropicEndpoints(): readonly Endpoint[] {
  return [
    { method: 'POST', path: '/v1/messages', answer: messages },
    { method: 'POST', path: '/v1/messages/count_tokens', answer: countTokens },
    { method: 'GET', path: '/v1/models', answer: models },
    { method: 'GET', path: '/v1/models/*', answer: modelByName },
  ];
}
