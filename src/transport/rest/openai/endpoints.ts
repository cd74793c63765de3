import type { Endpoint } from '../exchange.ts';
import { chatCompletions } from './chat/completions.ts';
import { embeddings } from './embeddings.ts';
import { modelByName, models } from './models.ts';
import { moderations } from './moderations.ts';
import { createResponse, deleteResponse, retrieveResponse } from './responses/create.ts';
import { RetainedResponses } from './responses/retained.ts';

/** Paths of OpenAI's API, with what answers them. */
export function openAIEndpoints(): readonly Endpoint[] {
  const retained = new RetainedResponses();
  return [
    { method: 'POST', path: '/v1/chat/completions', answer: chatCompletions },
    { method: 'POST', path: '/v1/responses', answer: (exchange) => createResponse(exchange, retained) },
    { method: 'GET', path: '/v1/responses/*', answer: (exchange) => retrieveResponse(exchange, retained) },
    { method: 'DELETE', path: '/v1/responses/*', answer: (exchange) => deleteResponse(exchange, retained) },
    { method: 'POST', path: '/v1/embeddings', answer: embeddings },
    { method: 'GET', path: '/v1/models', answer: models },
    { method: 'GET', path: '/v1/models/*', answer: modelByName },
    { method: 'POST', path: '/v1/moderations', answer: moderations },
  ];
}
