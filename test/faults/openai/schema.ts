import type OpenAI from 'openai';
import { z } from 'zod';
import { sameKeysAs } from '../keys.ts';

/** The requests that api.openai.com takes, from the types of its SDK. Unknown fields are refused, as the vendor does. */

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const jsonObject = z.record(z.string(), z.unknown());
const text = z.strictObject({ type: z.literal('text'), text: z.string() });
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^(https?:\/\/|data:image\/(jpeg|png|webp|gif);base64,[A-Za-z0-9+/]+=*$)/),
    detail: z.enum(['auto', 'low', 'high', 'original']).optional(),
  }),
});
const audio = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({ data: z.base64().min(1), format: z.enum(['wav', 'mp3']) }),
});
const file = z.strictObject({ type: z.literal('file'), file: z.strictObject({ filename: z.string(), file_data: z.string().regex(/^data:application\/pdf;base64,[A-Za-z0-9+/]+=*$/) }) });
const texts = z.union([z.string(), z.array(text).min(1)]);

const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name, arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: texts, name: z.string().optional() }),
  z.strictObject({ role: z.literal('developer'), content: texts, name: z.string().optional() }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.union([text, image, audio, file])).min(1)]),
    name: z.string().optional(),
  }),
  z
    .strictObject({
      role: z.literal('assistant'),
      content: z.union([z.string(), z.array(z.union([text, refusal])).min(1)]).nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolCall).min(1).optional(),
      name: z.string().optional(),
    })
    .refine((value) => value.content !== undefined && value.content !== null ? true : value.tool_calls !== undefined || !!value.refusal, {
      message: 'content is required unless tool_calls is given',
    }),
  z.strictObject({ role: z.literal('tool'), content: texts, tool_call_id: z.string().min(1) }),
]);

const tool = z.strictObject({
  type: z.literal('function'),
  function: z
    .strictObject({
      name,
      description: z.string().optional(),
      parameters: jsonObject.optional(),
      strict: z.boolean().nullish(),
    })
    .superRefine((value, context) => {
      if (value.strict && value.parameters) for (const problem of strictProblems(value.parameters)) context.addIssue(problem);
    }),
});

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z
      .strictObject({
        name,
        description: z.string().optional(),
        schema: jsonObject.optional(),
        strict: z.boolean().nullish(),
      })
      .superRefine((value, context) => {
        if (value.strict && value.schema) for (const problem of strictProblems(value.schema)) context.addIssue(problem);
      }),
  }),
]);

const never = z.never().optional();

export const chatRequest = sameKeysAs<OpenAI.ChatCompletionCreateParams>()(
  z.strictObject({
    messages: z.array(message).min(1),
    model: z.string().min(1),
    max_completion_tokens: z.int().min(1).nullish(),
    max_tokens: z.int().min(1).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    stop: z.union([z.string(), z.array(z.string().min(1)).min(1).max(4)]).nullish(),
    seed: z.int().nullish(),
    n: z.literal(1).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
      .nullish(),
    tools: z.array(tool).min(1).max(128).optional(),
    tool_choice: z
      .union([
        z.enum(['none', 'auto', 'required']),
        z.strictObject({ type: z.literal('function'), function: z.strictObject({ name }) }),
      ])
      .optional(),
    parallel_tool_calls: z.boolean().optional(),
    response_format: responseFormat.optional(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    logit_bias: z.record(z.string(), z.number()).nullish(),
    metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
    verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).nullish(),
    store: z.boolean().nullish(),
    user: z.string().optional(),
    safety_identifier: z.string().nullish(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
    // Known to the vendor, and nothing that this gateway may send.
    audio: never,
    function_call: never,
    functions: never,
    modalities: never,
    moderation: never,
    prediction: never,
    prompt_cache_options: never,
    web_search_options: z.strictObject({ search_context_size: z.enum(['low', 'medium', 'high']).optional(), user_location: z.record(z.string(), z.unknown()).nullish() }).optional(),
  }),
);

export const embeddingRequest = sameKeysAs<OpenAI.EmbeddingCreateParams>()(
  z.strictObject({
    input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
    model: z.string().min(1),
    dimensions: z.int().min(1).optional(),
    encoding_format: z.enum(['float', 'base64']).optional(),
    user: z.string().optional(),
  }),
);

export type ChatRequestBody = z.infer<typeof chatRequest>;
export type EmbeddingRequestBody = z.infer<typeof embeddingRequest>;

/** In strict mode every object lists all its properties as required and allows no others. */
function strictProblems(schema: Record<string, unknown>, path: string[] = []): { code: 'custom'; path: string[]; message: string }[] {
  const found: { code: 'custom'; path: string[]; message: string }[] = [];
  const properties = schema['properties'];
  if (schema['type'] === 'object' || properties !== undefined) {
    const names = Object.keys(isObject(properties) ? properties : {});
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    if (schema['additionalProperties'] !== false) found.push({ code: 'custom', path, message: 'additionalProperties must be false in strict mode' });
    for (const property of names) {
      if (!required.includes(property)) found.push({ code: 'custom', path: [...path, property], message: 'must be required in strict mode' });
    }
  }
  for (const [key, value] of Object.entries(schema)) {
    for (const part of Array.isArray(value) ? value : [value]) if (isObject(part)) found.push(...strictProblems(part, [...path, key]));
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
