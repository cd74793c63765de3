import { KanonError } from '../../../canonical/errors.ts';
import { HttpError } from '../../http/respond.ts';
import type { Endpoint } from '../exchange.ts';
import { chatCompletions } from './chat/completions.ts';
import { embeddings } from './embeddings.ts';
import { models, modelByName } from './models.ts';

/** Paths of OpenAI's API, with what answers them. */
export function openAIEndpoints(): Readonly<Record<string, Endpoint>> {
  return {
    '/v1/chat/completions': { method: 'POST', answer: chatCompletions },
    '/v1/embeddings': { method: 'POST', answer: embeddings },
    '/v1/models': { method: 'GET', answer: models },
    '/v1/models/*': { method: 'GET', answer: modelByName },
    '/v1/moderations': { method: 'POST', answer: moderations },
  };
}

function moderations(): never {
  throw new HttpError(404, new KanonError('BAD_USER_INPUT', 'This gateway has no guardrails to moderate with; ask a chat model instead.'));
}
