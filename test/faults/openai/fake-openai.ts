import type { PartialBehaviour } from '../behaviour.ts';
import { startFakeVendor, type Dialect, type FakeVendor, type RecordedRequest, type Script } from '../fake-vendor.ts';
import { problems } from '../keys.ts';
import { chatAnswer, embeddingAnswer } from './answers.ts';
import { contradictions } from './order.ts';
import { chatRequest, embeddingRequest } from './schema.ts';

export interface FakeOpenAIOptions {
  /** The key that is accepted; default `test-key`. */
  apiKey?: string;
  /** More keys that are accepted. */
  otherKeys?: readonly string[];
  /** Speaks as Azure does: deployment in the path, `api-key` header, `api-version` in the query. */
  azure?: { apiVersion: string };
  /** Answers embeddings with float arrays even where base64 was asked for, as some compatible servers do. */
  ignoresBase64?: boolean;
}

/** A server that speaks OpenAI's chat completions and embeddings, and refuses what the vendor would refuse. */
export function startFakeOpenAI(script?: Script | PartialBehaviour, options: FakeOpenAIOptions = {}): Promise<FakeVendor> {
  const { apiKey = 'test-key', otherKeys = [], azure, ignoresBase64 = false } = options;

  const dialect: Dialect = {
    check(request) {
      if (!authorised(request)) return { status: 401, messages: ['Incorrect API key provided.'] };
      const route = routeOf(request);
      if (!route) return { status: 404, messages: [`Unknown request URL: ${request.method} ${request.path}`] };
      if (!request.headers['content-type']?.startsWith('application/json')) return { status: 400, messages: ['content-type must be application/json'] };
      const schema = route === 'chat' ? chatRequest : embeddingRequest;
      const parsed = schema.safeParse(request.body);
      if (!parsed.success) return { status: 400, messages: problems(parsed.error) };
      return { status: 400, messages: route === 'chat' ? contradictions(chatRequest.parse(request.body)) : [] };
    },
    errorBody,
    headers: (request) => ({ 'x-request-id': `req_fake${request.attempt}`, 'openai-version': '2020-10-01' }),
    answer(request, behaviour) {
      return routeOf(request) === 'chat'
        ? chatAnswer(request, chatRequest.parse(request.body), behaviour)
        : embeddingAnswer(embeddingRequest.parse(request.body), behaviour, ignoresBase64);
    },
  };

  function authorised(request: RecordedRequest): boolean {
    const given = azure ? request.headers['api-key'] : request.headers.authorization?.replace(/^Bearer /, '');
    return given === apiKey || otherKeys.some((key) => key === given);
  }

  function routeOf(request: RecordedRequest): 'chat' | 'embeddings' | undefined {
    if (request.method !== 'POST') return undefined;
    const { pathname, searchParams } = new URL(request.path, 'http://fake');
    if (azure && searchParams.get('api-version') !== azure.apiVersion) return undefined;
    const match = azure
      ? /^\/openai\/deployments\/[^/]+\/(chat\/completions|embeddings)$/.exec(pathname)
      : /^\/v1\/(chat\/completions|embeddings)$/.exec(pathname);
    if (!match) return undefined;
    return match[1] === 'embeddings' ? 'embeddings' : 'chat';
  }

  return startFakeVendor(dialect, azure ? '' : '/v1', script);
}

const TYPES: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'Invalid request.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  403: { type: 'invalid_request_error', code: 'unsupported_country_region_territory', message: 'Not allowed.' },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist or you do not have access to it.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached.' },
  500: { type: 'server_error', code: null, message: 'The server had an error while processing your request.' },
  503: { type: 'server_error', code: null, message: 'The engine is currently overloaded, please try again later.' },
};

function errorBody(status: number, error: Record<string, unknown> = {}): Record<string, unknown> {
  return { error: { message: 'Error.', type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: null, ...TYPES[status], ...error } };
}
