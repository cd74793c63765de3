import type { CallContext } from '../../../../canonical/call.ts';
import { EFFORTS, type ChatRequest, type JsonObject, type ResponseFormat, type Thinking } from '../../../../canonical/chat.ts';
import { KanonError } from '../../../../canonical/errors.ts';
import { callOf, elsewhere } from '../../caller.ts';
import type { Exchange } from '../../exchange.ts';
import { extraOf } from '../../extra.ts';
import { boolean, integer, list, number, object, oneOf, only, optional, text, type Fields } from '../../read.ts';
import { conversation } from './conversation.ts';
import { isCustom, toolChoiceOf, toolOf } from './tools.ts';
import { vendorToolsOf } from './vendor-tools.ts';

export interface MessagesRequest {
  model: string;
  request: ChatRequest;
  context: CallContext;
  stream: boolean;
}

/** Parameters that are translated. */
const KNOWN = new Set([
  'model', 'messages', 'system', 'max_tokens', 'stream', 'stop_sequences', 'temperature', 'top_p',
  'tools', 'tool_choice', 'container', 'thinking', 'output_config', 'metadata',
]);

/** What would change the answer into one that this gateway cannot give. */
const REFUSED = {
  inference_geo: 'where requests are answered is the operator\'s to say, by the targets of a model.',
  mcp_servers: 'servers that the vendor asks by itself are not passed on; give the model a tool.',
};

/**
 * A body of `/v1/messages` as a canonical request, its media read.
 * @param answering the body asks for an answer, and so has to say how long it may be
 * @throws InputError, MediaError, KanonError
 */
export async function messagesRequest(exchange: Exchange, answering: boolean): Promise<MessagesRequest> {
  const { body, headers } = exchange;
  if (body['thread'] != null) throw noThreads();
  const model = text(body['model'], 'body.model');
  const tools = optional(body['tools'], 'body.tools', list) ?? [];
  const choice = optional(body['tool_choice'], 'body.tool_choice', toolChoiceOf);
  const output = optional(body['output_config'], 'body.output_config', object) ?? {};
  only(output, new Set(['effort', 'format']), 'body.output_config');
  const effort = optional(output['effort'], 'body.output_config.effort', (value, at) => oneOf(value, EFFORTS, at));
  const thinking = optional(body['thinking'], 'body.thinking', thinkingOf);
  const metadata = optional(body['metadata'], 'body.metadata', object) ?? {};
  const user = optional(metadata['user_id'], 'body.metadata.user_id', text);
  const request: ChatRequest = {
    messages: await conversation(body, exchange),
    grounding: [],
    maxTokens: answering ? integer(body['max_tokens'], 'body.max_tokens') : optional(body['max_tokens'], 'body.max_tokens', integer),
    temperature: optional(body['temperature'], 'body.temperature', number),
    topP: optional(body['top_p'], 'body.top_p', number),
    stop: (optional(body['stop_sequences'], 'body.stop_sequences', list) ?? []).map((item, index) => text(item, `body.stop_sequences[${index}]`)),
    seed: null,
    tools: tools.flatMap((tool, index) => (isCustom(tool) ? [toolOf(tool, `body.tools[${index}]`)] : [])),
    toolChoice: choice?.choice ?? null,
    responseFormat: optional(output['format'], 'body.output_config.format', formatOf),
    ...(choice !== null && choice.parallel !== null && { parallelToolCalls: choice.parallel }),
    ...(effort !== null && { effort }),
    ...(thinking !== null && { thinking }),
    ...(user !== null && { user }),
    ...vendorToolsOf(body, elsewhere(headers)),
    ...betasOf(headers['anthropic-beta']),
    ...extraOf(exchange, 'anthropic', KNOWN, REFUSED),
  };
  return { model, request, context: callOf(exchange, appMetadata(metadata)), stream: optional(body['stream'], 'body.stream', boolean) ?? false };
}

function betasOf(header: string | string[] | undefined): Pick<ChatRequest, 'betas'> {
  const betas = String(header ?? '').split(',').map((beta) => beta.trim()).filter((beta) => beta !== '');
  return betas.length === 0 ? {} : { betas };
}

/** The SDK's tool runner asks for a thread first; told so, it sends the whole conversation each time. */
function noThreads(): KanonError {
  const details = { field: 'body.thread', forSdk: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } };
  return new KanonError('BAD_USER_INPUT', 'body.thread: conversations are not held here; send all messages.', { details });
}

/** What the vendor does not know in `metadata` is the app's own. */
function appMetadata(metadata: Fields): JsonObject | null {
  const own = Object.entries(metadata).filter(([name]) => name !== 'user_id');
  return own.length === 0 ? null : Object.fromEntries(own);
}

function thinkingOf(value: unknown, at: string): Thinking {
  const thinking = object(value, at);
  return {
    mode: oneOf(thinking['type'], ['enabled', 'adaptive', 'disabled'], `${at}.type`),
    budgetTokens: optional(thinking['budget_tokens'], `${at}.budget_tokens`, integer),
    display: optional(thinking['display'], `${at}.display`, (said, where) => oneOf(said, ['summarized', 'omitted'], where)),
  };
}

function formatOf(value: unknown, at: string): ResponseFormat {
  const format = object(value, at);
  oneOf(format['type'], ['json_schema'], `${at}.type`);
  const schema = object(format['schema'], `${at}.schema`);
  return { type: 'jsonSchema', name: 'answer', schema, strict: listsAllProperties(schema) };
}

/** A vendor that keeps to a schema strictly wants every property required; this one leaves some out. */
function listsAllProperties(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(listsAllProperties);
  if (typeof value !== 'object' || value === null) return true;
  const fields: Record<string, unknown> = { ...value };
  const { properties, required } = fields;
  if (typeof properties === 'object' && properties !== null) {
    const listed = Array.isArray(required) ? required : [];
    if (!Object.keys(properties).every((name) => listed.includes(name))) return false;
  }
  return Object.values(fields).every(listsAllProperties);
}
