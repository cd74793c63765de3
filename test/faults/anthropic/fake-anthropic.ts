import type { PartialBehaviour } from '../behaviour.ts';
import { startFakeVendor, type Dialect, type FakeVendor, type RecordedRequest, type Script } from '../fake-vendor.ts';
import { problems } from '../keys.ts';
import { messageAnswer } from './answers.ts';
import { contradictions } from './order.ts';
import { messagesRequest, messagesRequest20230601 } from './schema.ts';

export interface FakeAnthropicOptions {
  /** The only key that is accepted; default `test-key`. */
  apiKey?: string;
  /** Whether a conversation may end with the beginning of the answer; default true. */
  acceptsPrefill?: boolean;
}

const VERSIONS = { '2026-10-21': messagesRequest, '2023-06-01': messagesRequest20230601 };

/** A server that speaks Anthropic's messages API, and refuses what the vendor would refuse. */
export function startFakeAnthropic(script?: Script | PartialBehaviour, options: FakeAnthropicOptions = {}): Promise<FakeVendor> {
  const { apiKey = 'test-key', acceptsPrefill = true } = options;

  const dialect: Dialect = {
    check(request) {
      const { authorization, 'x-api-key': key } = request.headers;
      if (authorization !== `Bearer ${apiKey}` && key !== apiKey) return { status: 401, messages: ['invalid x-api-key'] };
      if (request.method !== 'POST' || request.path !== '/v1/messages') return { status: 404, messages: [`Not found: ${request.method} ${request.path}`] };
      if (!request.headers['content-type']?.startsWith('application/json')) return { status: 400, messages: ['content-type must be application/json'] };
      const schema = schemaOf(request);
      if (!schema) return { status: 400, messages: ['anthropic-version: a known version is required'] };
      const parsed = schema.safeParse(request.body);
      if (!parsed.success) return { status: 400, messages: problems(parsed.error) };
      return { status: 400, messages: contradictions(parsed.data, acceptsPrefill) };
    },
    errorBody,
    headers: (request) => ({ 'request-id': `req_fake${request.attempt}` }),
    answer(request, behaviour) {
      return messageAnswer(request, messagesRequest20230601.parse(request.body), behaviour);
    },
  };
  return startFakeVendor(dialect, '', script);
}

function schemaOf(request: RecordedRequest) {
  const version = request.headers['anthropic-version'];
  return version === '2026-10-21' || version === '2023-06-01' ? VERSIONS[version] : undefined;
}

const TYPES: Record<number, { type: string; message: string }> = {
  400: { type: 'invalid_request_error', message: 'Invalid request.' },
  401: { type: 'authentication_error', message: 'invalid x-api-key' },
  403: { type: 'permission_error', message: 'Your API key does not have permission to use the specified resource.' },
  404: { type: 'not_found_error', message: 'model not found' },
  413: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
  429: { type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
  500: { type: 'api_error', message: 'Internal server error' },
  503: { type: 'api_error', message: 'Service unavailable' },
  529: { type: 'overloaded_error', message: 'Overloaded' },
};

function errorBody(status: number, error: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'error',
    error: { type: status < 500 ? 'invalid_request_error' : 'api_error', message: 'Error.', ...TYPES[status], ...error },
    request_id: 'req_fake',
  };
}
