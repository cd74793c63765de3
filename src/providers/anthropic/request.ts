import type { MessageCreateParams, ToolChoice as VendorToolChoice, ToolUnion } from '@anthropic-ai/sdk/resources/messages';
import type { ChatRequest, JsonObject, ToolChoice } from '../../canonical/chat.ts';
import { begunAnswer } from '../../canonical/begun.ts';
import type { ChatAttempt } from '../provider.ts';
import { unsupported } from '../shared/unsupported.ts';
import { ownParameters, ownTools, withTier, type OwnTools } from '../shared/vendor-parameters.ts';
import { cacheControl } from './cache.ts';
import { DEFAULT_MAX_TOKENS } from './limits.ts';
import { systemBlocks, vendorMessages } from './messages.ts';
import { opaqueTools } from './opaque.ts';
import { addThinking } from './thinking.ts';
import { untold } from './untold.ts';

/** Sampling went away with version 2026-10-21 of the API; a provider that is set to the version before still has it. */
interface Sampling {
  temperature?: number;
  top_p?: number;
}

export interface VendorRequest {
  body: MessageCreateParams & Sampling;
  /** The tool whose arguments are the text of the answer, where JSON without a schema was asked for. */
  jsonTool: string | null;
  /** What the vendor cannot be told, in words for the caller. */
  warnings: string[];
}

const JSON_TOOL = 'json';
const JSON_NOTE = 'Answer with one JSON object and nothing else.';

/**
 * A chat request in the vendor's words.
 * @param sampling the API's version still takes temperature and top_p
 * @throws UpstreamFailure `unsupported`, `bad_request`; MediaError
 */
export async function vendorRequest(request: ChatRequest, attempt: ChatAttempt, sampling: boolean): Promise<VendorRequest> {
  const { responseFormat } = request;
  const wantsJson = responseFormat?.type === 'json';
  // Where the caller has tools of its own, a forced one would keep the model from using them.
  // So it would a model that thinks: the vendor forces no tool on one.
  const thinks = request.thinking !== undefined && request.thinking.mode !== 'disabled';
  // And an answer that is begun is text, which no call of a tool goes on with.
  const jsonTool = wantsJson && request.tools.length === 0 && request.vendorTools === undefined && !thinks && begunAnswer(request) === '' ? JSON_TOOL : null;
  if (request.logprobs !== undefined) throw unsupported('the vendor tells no probabilities of tokens (logprobs)');
  const own = ownParameters(request, 'anthropic');
  const system = systemBlocks(request, wantsJson && jsonTool === null ? JSON_NOTE : null);
  const theirs = ownTools(request, 'anthropic');
  const tools = toolsOf(request, theirs.tools, jsonTool);

  const body: VendorRequest['body'] = {
    ...withTier(own.parameters, attempt),
    ...theirs.parameters,
    model: attempt.targetModel,
    max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
    messages: await vendorMessages(request.messages, attempt.signal),
    stream: attempt.stream,
  };
  if (system.length > 0) body.system = system;
  if (request.stop.length > 0) body.stop_sequences = request.stop;
  if (tools.length > 0) body.tools = tools;
  if (jsonTool !== null) body.tool_choice = { type: 'tool', name: jsonTool, disable_parallel_tool_use: true };
  else if (tools.length > 0) addToolChoice(body, request);
  if (responseFormat?.type === 'jsonSchema') {
    body.output_config = { format: { type: 'json_schema', schema: await adapted(responseFormat.schema) } };
  }
  addThinking(body, request);
  if (request.user !== undefined) body.metadata = { user_id: request.user };
  const warnings = [...addSampling(body, request, sampling), ...untold(request), ...own.warnings, ...theirs.warnings];
  return { body, jsonTool, warnings };
}

function toolsOf(request: ChatRequest, theirs: OwnTools['tools'], jsonTool: string | null): ToolUnion[] {
  if (jsonTool !== null) {
    return [{ name: jsonTool, description: 'Takes the answer as one JSON object.', input_schema: { type: 'object', additionalProperties: true } }];
  }
  const made: ToolUnion[] = request.tools.map(({ name, description, parameters, strict, cache, hints }) => ({
    ...(hints?.vendor === 'anthropic' && hints.parameters),
    name,
    input_schema: { ...parameters, type: 'object' },
    ...(description !== null && { description }),
    ...(strict && { strict }),
    ...cacheControl(cache),
  }));
  // Each in its own place: the vendor's cache goes by their order.
  for (const { at, definition } of opaqueTools(theirs)) made.splice(at, 0, definition);
  return made;
}

function addToolChoice(body: MessageCreateParams, { toolChoice, parallelToolCalls }: ChatRequest): void {
  if (toolChoice === null && parallelToolCalls === undefined) return;
  const choice = vendorToolChoice(toolChoice ?? { type: 'auto' });
  body.tool_choice = choice.type === 'none' || parallelToolCalls === undefined ? choice : { ...choice, disable_parallel_tool_use: !parallelToolCalls };
}

function vendorToolChoice(choice: ToolChoice): VendorToolChoice {
  switch (choice.type) {
    case 'required':
      return { type: 'any' };
    case 'tool':
      return { type: 'tool', name: choice.name };
    default:
      return { type: choice.type };
  }
}

/** The schema in the part of the language that the vendor enforces. */
async function adapted(schema: JsonObject): Promise<Record<string, unknown>> {
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema');
  try {
    return transformJSONSchema(schema);
  } catch {
    throw unsupported('the vendor cannot keep to this JSON Schema');
  }
}

function addSampling(body: Sampling, request: ChatRequest, sampling: boolean): string[] {
  const { temperature, topP, seed } = request;
  const warnings: string[] = [];
  if (seed !== null) warnings.push('Anthropic models take no seed; it was left out.');
  if (!sampling) {
    if (temperature !== null) warnings.push('Anthropic models take no temperature; it was left out.');
    if (topP !== null) warnings.push('Anthropic models take no top_p; it was left out.');
    return warnings;
  }
  if (temperature !== null) {
    body.temperature = Math.min(temperature, 1);
    if (temperature > 1) warnings.push('Anthropic models take temperatures up to 1; it was lowered to 1.');
  }
  if (topP !== null) body.top_p = topP;
  return warnings;
}
