import type { CallContext } from '../../../../canonical/call.ts';
import { EFFORTS, type ChatRequest, type JsonObject, type Message, type ResponseFormat, type Tool, type ToolChoice } from '../../../../canonical/chat.ts';
import { InputError } from '../../../../canonical/errors.ts';
import { callOf, elsewhere } from '../../caller.ts';
import type { Exchange } from '../../exchange.ts';
import { boolean, integer, list, number, object, oneOf, only, optional, text, type Fields } from '../../read.ts';
import { functionOf, jsonSchemaOf } from '../chat/request.ts';
import { conversationOf } from './input.ts';
import type { RetainedResponses } from './retained.ts';

export interface ResponseRequest {
  model: string;
  request: ChatRequest;
  context: CallContext;
  stream: boolean;
  /** Keeps the response, so that a later request can go on from it. */
  store: boolean;
  /** The conversation without the instructions. */
  conversation: Message[];
}

const KNOWN = new Set([
  'model', 'input', 'instructions', 'previous_response_id', 'stream', 'stream_options', 'store', 'metadata', 'user', 'include', 'truncation', 'background',
  'max_output_tokens', 'temperature', 'top_p', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning',
  'service_tier', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention',
]);
/** Parameters that only this vendor knows; a target of it is told. */
const OWN = ['service_tier', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention'];

/**
 * A body of `/v1/responses` as a canonical request, its media read.
 * @throws InputError, MediaError, KanonError
 */
export async function responseRequest(exchange: Exchange, retained: RetainedResponses): Promise<ResponseRequest> {
  const { body } = exchange;
  only(body, KNOWN, 'body');
  checkModes(body);
  const model = text(body['model'], 'body.model');
  const conversation = await conversationOf(body, exchange, retained);
  const instructions = optional(body['instructions'], 'body.instructions', text);
  const format = optional(body['text'], 'body.text', object) ?? {};
  only(format, new Set(['format', 'verbosity']), 'body.text');
  const reasoning = optional(body['reasoning'], 'body.reasoning', object) ?? {};
  const effort = optional(reasoning['effort'], 'body.reasoning.effort', (value, at) => oneOf(value, EFFORTS, at));
  const parallel = optional(body['parallel_tool_calls'], 'body.parallel_tool_calls', boolean);
  const user = optional(body['user'], 'body.user', text);
  const tools = (optional(body['tools'], 'body.tools', list) ?? []).map((tool, index) => toolOf(tool, `body.tools[${index}]`));
  const request: ChatRequest = {
    messages: instructions === null || instructions === '' ? conversation : [{ role: 'SYSTEM', content: [{ type: 'text', text: instructions }] }, ...conversation],
    grounding: [],
    maxTokens: optional(body['max_output_tokens'], 'body.max_output_tokens', integer),
    temperature: optional(body['temperature'], 'body.temperature', number),
    topP: optional(body['top_p'], 'body.top_p', number),
    stop: [],
    seed: null,
    tools,
    toolChoice: tools.length === 0 ? null : optional(body['tool_choice'], 'body.tool_choice', toolChoiceOf),
    responseFormat: optional(format['format'], 'body.text.format', formatOf),
    ...(parallel !== null && tools.length > 0 && { parallelToolCalls: parallel }),
    ...(effort !== null && { effort }),
    ...(user !== null && { user }),
    ...ownParameters(exchange, optional(format['verbosity'], 'body.text.verbosity', text)),
  };
  const warnings = reasoning['summary'] == null ? [] : ['Summaries of thinking are not made; `reasoning.summary` was left out.'];
  return {
    model,
    request,
    context: callOf(exchange, optional(body['metadata'], 'body.metadata', object), warnings),
    stream: optional(body['stream'], 'body.stream', boolean) ?? false,
    store: optional(body['store'], 'body.store', boolean) ?? true,
    conversation,
  };
}

function checkModes(body: Fields): void {
  if (body['background'] === true) throw new InputError('body.background', 'responses are not made in the background; use `stream`.');
  optional(body['truncation'], 'body.truncation', (value, at) => oneOf(value, ['disabled'], at));
  for (const [index, item] of (optional(body['include'], 'body.include', list) ?? []).entries()) {
    oneOf(item, ['reasoning.encrypted_content'], `body.include[${index}]`);
  }
}

function ownParameters({ body, headers }: Exchange, verbosity: string | null): Pick<ChatRequest, 'extra'> {
  const parameters: JsonObject = verbosity === null ? {} : { verbosity };
  for (const name of OWN) {
    const value = body[name];
    if (value !== undefined && value !== null) parameters[name] = value;
  }
  return Object.keys(parameters).length === 0 ? {} : { extra: { vendor: 'openai', parameters, elsewhere: elsewhere(headers) } };
}

function toolOf(value: unknown, at: string): Tool {
  const tool = object(value, at);
  if (tool['type'] !== 'function') throw new InputError(`${at}.type`, 'expected "function": tools of the vendor\'s own are not had by this API, as its models are asked by chat completions.');
  return functionOf(tool, at);
}

function toolChoiceOf(value: unknown, at: string): ToolChoice {
  if (typeof value === 'string') return { type: oneOf(value, ['auto', 'none', 'required'], at) };
  const choice = object(value, at);
  oneOf(choice['type'], ['function'], `${at}.type`);
  return { type: 'tool', name: text(choice['name'], `${at}.name`) };
}

function formatOf(value: unknown, at: string): ResponseFormat {
  const format = object(value, at);
  switch (oneOf(format['type'], ['text', 'json_object', 'json_schema'], `${at}.type`)) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return jsonSchemaOf(format, at);
  }
}
