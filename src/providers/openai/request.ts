import type { ChatCompletionCreateParams, ChatCompletionToolChoiceOption } from 'openai/resources/chat/completions';
import type { ChatRequest, ResponseFormat, ToolChoice } from '../../canonical/chat.ts';
import { begunAnswer } from '../../canonical/begun.ts';
import type { ChatAttempt } from '../provider.ts';
import { unsupported } from '../shared/unsupported.ts';
import { ownParameters, ownTools, withTier } from '../shared/vendor-parameters.ts';
import { quirkWarnings, type ModelQuirks } from './quirks.ts';
import { vendorMessages } from './messages.ts';
import { untold, vendorEffort } from './untold.ts';

export interface VendorRequest {
  body: ChatCompletionCreateParams;
  /** What the vendor cannot be told, in words for the caller. */
  warnings: string[];
}

/**
 * A chat request in the vendor's words, without what the model is known not to take.
 * @throws UpstreamFailure `unsupported`; MediaError
 */
export async function vendorRequest(request: ChatRequest, attempt: ChatAttempt, quirks: ModelQuirks): Promise<VendorRequest> {
  if (begunAnswer(request) !== '' && attempt.prefill !== true) {
    throw unsupported('it answers a message of the user, and does not go on with an answer that is begun. If the model does, the operator can say so with `prefill: true`.');
  }
  if (quirks.maxStops !== null && request.stop.length > quirks.maxStops) throw unsupported(`it takes at most ${quirks.maxStops} texts in \`stop\`, and there are ${request.stop.length}.`);
  const own = ownParameters(request, 'openai');
  const theirs = ownTools(request, 'openai');
  const body: ChatCompletionCreateParams = {
    ...withTier(own.parameters, attempt),
    ...theirs.parameters,
    model: attempt.targetModel,
    messages: await vendorMessages(request, attempt.signal),
    stream: attempt.stream,
  };
  if (attempt.stream) body.stream_options = { include_usage: true };
  if (request.maxTokens !== null) body[quirks.maxTokensName] = request.maxTokens;
  if (request.temperature !== null && !quirks.without.has('temperature')) body.temperature = request.temperature;
  if (request.topP !== null && !quirks.without.has('top_p')) body.top_p = request.topP;
  if (request.seed !== null && !quirks.without.has('seed')) body.seed = request.seed;
  if (request.stop.length > 0) body.stop = request.stop;
  if (request.tools.length > 0) {
    body.tools = request.tools.map(({ name, description, parameters, strict }) => ({
      type: 'function',
      function: { name, parameters, ...(description !== null && { description }), ...(strict && { strict }) },
    }));
    if (request.toolChoice) body.tool_choice = vendorToolChoice(request.toolChoice);
    if (request.parallelToolCalls !== undefined) body.parallel_tool_calls = request.parallelToolCalls;
  }
  if (request.effort !== undefined && !quirks.without.has('reasoning_effort')) body.reasoning_effort = vendorEffort(request.effort);
  if (request.user !== undefined) body.user = request.user;
  if (request.logprobs !== undefined) {
    body.logprobs = true;
    if (request.logprobs.top !== null) body.top_logprobs = request.logprobs.top;
  }
  const format = request.responseFormat && vendorFormat(request.responseFormat);
  if (format) body.response_format = format;
  const warnings = [...quirkWarnings(request, quirks, attempt.targetModel), ...untold(request), ...own.warnings, ...theirs.warnings];
  return { body, warnings };
}

function vendorToolChoice(choice: ToolChoice): ChatCompletionToolChoiceOption {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type;
}

function vendorFormat(format: ResponseFormat): NonNullable<ChatCompletionCreateParams['response_format']> | null {
  switch (format.type) {
    case 'text':
      return null;
    case 'json':
      return { type: 'json_object' };
    case 'jsonSchema':
      return {
        type: 'json_schema',
        json_schema: {
          name: format.name,
          schema: format.schema,
          strict: format.strict,
          ...(format.description !== undefined && { description: format.description }),
        },
      };
  }
}
