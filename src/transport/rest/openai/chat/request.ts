import type { CallContext } from '../../../../canonical/call.ts';
import { EFFORTS, type ChatRequest, type JsonObject, type ResponseFormat, type Tool, type ToolChoice } from '../../../../canonical/chat.ts';
import type { VendorTools } from '../../../../canonical/vendor-tools.ts';
import { InputError } from '../../../../canonical/errors.ts';
import { callOf, elsewhere } from '../../caller.ts';
import type { Exchange } from '../../exchange.ts';
import { extraOf } from '../../extra.ts';
import { boolean, integer, list, number, object, oneOf, optional, text, type Fields } from '../../read.ts';
import { messagesOf } from './messages.ts';

export interface CompletionRequest {
  model: string;
  request: ChatRequest;
  context: CallContext;
  stream: boolean;
  /** The last chunk of a stream tells the tokens. */
  includeUsage: boolean;
}

/** Parameters that are translated, or mean nothing here. */
const KNOWN = new Set([
  'model', 'messages', 'stream', 'stream_options', 'n', 'modalities', 'metadata', 'store',
  'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'stop', 'seed',
  'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'reasoning_effort', 'user', 'logprobs', 'top_logprobs', 'web_search_options',
]);

/** What would change the answer into one that this gateway cannot give. */
const REFUSED = {
  audio: 'answers in sound are not given; leave it out.',
  functions: 'is the old name of tools; use `tools`.',
  function_call: 'is the old name of tool_choice; use `tool_choice`.',
  moderation: 'moderation by the vendor is not passed on.',
};

/**
 * A body of chat completions as a canonical request, its media read.
 * @throws InputError, MediaError, KanonError
 */
export async function completionRequest(exchange: Exchange): Promise<CompletionRequest> {
  const { body } = exchange;
  const model = text(body['model'], 'body.model');
  checkModes(body);
  const stream = optional(body['stream'], 'body.stream', boolean) ?? false;
  const tools = optional(body['tools'], 'body.tools', list) ?? [];
  const request: ChatRequest = {
    messages: await messagesOf(body['messages'], exchange),
    grounding: [],
    maxTokens: maxTokensOf(body),
    temperature: optional(body['temperature'], 'body.temperature', number),
    topP: optional(body['top_p'], 'body.top_p', number),
    stop: stopOf(body['stop']),
    seed: optional(body['seed'], 'body.seed', integer),
    tools: tools.map((tool, index) => toolOf(tool, `body.tools[${index}]`)),
    toolChoice: optional(body['tool_choice'], 'body.tool_choice', toolChoiceOf),
    responseFormat: optional(body['response_format'], 'body.response_format', responseFormatOf),
    ...present('parallelToolCalls', optional(body['parallel_tool_calls'], 'body.parallel_tool_calls', boolean)),
    ...present('effort', optional(body['reasoning_effort'], 'body.reasoning_effort', (value, at) => oneOf(value, EFFORTS, at))),
    ...present('user', optional(body['user'], 'body.user', text)),
    ...logprobsOf(body),
    ...searchOf(body, elsewhere(exchange.headers)),
    ...extraOf(exchange, 'openai', KNOWN, REFUSED),
  };
  if (body['store'] === true) request.extra = withStore(request.extra);
  const options = optional(body['stream_options'], 'body.stream_options', object) ?? {};
  const includeUsage = optional(options['include_usage'], 'body.stream_options.include_usage', boolean) ?? false;
  return { model, request, context: callOf(exchange, optional(body['metadata'], 'body.metadata', object)), stream, includeUsage };
}

/** The search of models that search by themselves. */
function searchOf(body: Fields, otherwise: VendorTools['elsewhere']): Pick<ChatRequest, 'vendorTools'> {
  const options = optional(body['web_search_options'], 'body.web_search_options', object);
  if (options === null) return {};
  return { vendorTools: { vendor: 'openai', names: ['web_search'], tools: [], parameters: { web_search_options: options }, elsewhere: otherwise } };
}

/** A field of the canonical request, unless there is nothing in it. */
export function present<K extends keyof ChatRequest>(name: K, value: ChatRequest[K] | null): Pick<ChatRequest, K> | Record<never, never> {
  return value === null ? {} : { [name]: value };
}

function withStore(extra: ChatRequest['extra']): NonNullable<ChatRequest['extra']> {
  const given = extra ?? { vendor: 'openai', parameters: {}, elsewhere: 'refuse' };
  return { ...given, parameters: { ...given.parameters, store: true } };
}

function checkModes(body: Fields): void {
  const n = optional(body['n'], 'body.n', integer);
  if (n !== null && n !== 1) throw new InputError('body.n', `expected 1, found ${n}: ask once for each answer.`);
  for (const modality of optional(body['modalities'], 'body.modalities', list) ?? []) {
    if (modality !== 'text') throw new InputError('body.modalities', 'expected "text" only: answers in sound are not given.');
  }
}

function maxTokensOf(body: Fields): number | null {
  const former = optional(body['max_tokens'], 'body.max_tokens', integer);
  const current = optional(body['max_completion_tokens'], 'body.max_completion_tokens', integer);
  if (former !== null && current !== null && former !== current) throw new InputError('body.max_tokens', 'says otherwise than `max_completion_tokens`; leave one out.');
  return current ?? former;
}

function stopOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return (optional(value, 'body.stop', list) ?? []).map((item, index) => text(item, `body.stop[${index}]`));
}

function logprobsOf(body: Fields): Pick<ChatRequest, 'logprobs'> {
  const top = optional(body['top_logprobs'], 'body.top_logprobs', integer);
  const wanted = optional(body['logprobs'], 'body.logprobs', boolean) ?? false;
  if (top !== null && !wanted) throw new InputError('body.top_logprobs', 'needs `logprobs: true`.');
  if (top !== null && (top < 0 || top > 20)) throw new InputError('body.top_logprobs', `expected 0 to 20, found ${top}.`);
  return wanted ? { logprobs: { top } } : {};
}

export function toolOf(value: unknown, at: string): Tool {
  const tool = object(value, at);
  if (tool['type'] !== 'function') throw new InputError(`${at}.type`, 'expected "function": other tools are not carried.');
  return functionOf(object(tool['function'], `${at}.function`), `${at}.function`);
}

/** A function as chat completions and responses describe it. */
export function functionOf(made: Fields, at: string): Tool {
  return {
    name: text(made['name'], `${at}.name`),
    description: optional(made['description'], `${at}.description`, text),
    parameters: optional(made['parameters'], `${at}.parameters`, object) ?? NO_PARAMETERS,
    strict: optional(made['strict'], `${at}.strict`, boolean) ?? false,
  };
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

function toolChoiceOf(value: unknown, at: string): ToolChoice {
  if (typeof value === 'string') return { type: oneOf(value, ['auto', 'none', 'required'], at) };
  const choice = object(value, at);
  if (choice['type'] !== 'function') throw new InputError(`${at}.type`, 'expected "function".');
  return { type: 'tool', name: text(object(choice['function'], `${at}.function`)['name'], `${at}.function.name`) };
}

function responseFormatOf(value: unknown, at: string): ResponseFormat {
  const format = object(value, at);
  switch (oneOf(format['type'], ['text', 'json_object', 'json_schema'], `${at}.type`)) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return jsonSchemaOf(object(format['json_schema'], `${at}.json_schema`), `${at}.json_schema`);
  }
}

/** A schema as chat completions and responses give it. */
export function jsonSchemaOf(format: Fields, at: string): ResponseFormat {
  const description = optional(format['description'], `${at}.description`, text);
  return {
    type: 'jsonSchema',
    name: text(format['name'], `${at}.name`),
    schema: optional(format['schema'], `${at}.schema`, object) ?? {},
    strict: optional(format['strict'], `${at}.strict`, boolean) ?? false,
    ...(description !== null && { description }),
  };
}
