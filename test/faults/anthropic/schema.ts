import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { sameKeysAs } from '../keys.ts';

/** The requests that api.anthropic.com takes, from the types of its SDK. Unknown fields are refused, as the vendor does. */

const jsonObject = z.record(z.string(), z.unknown());
const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);

const text = z.strictObject({ type: z.literal('text'), text: z.string().min(1, 'text content blocks must be non-empty'), citations: z.array(z.looseObject({ type: z.string() })).nullish(), cache_control: cacheControl });
const image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
      data: z.base64().min(1),
    }),
    z.strictObject({ type: z.literal('url'), url: z.url() }),
  ]),
  cache_control: cacheControl,
});
const document = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.literal('application/pdf'), data: z.base64().min(1) }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean().optional() }).nullish(),
  cache_control: cacheControl,
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) });
const redactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: toolName,
  input: jsonObject,
  caller: jsonObject.optional(),
  cache_control: cacheControl,
});
/** Blocks of the vendor's own tools, as it made them. */
const serverToolUse = z.strictObject({ type: z.literal('server_tool_use'), id: z.string(), name: toolName, input: jsonObject, caller: jsonObject.optional(), cache_control: cacheControl });
const serverToolResult = z.looseObject({ type: z.enum(['web_search_tool_result', 'code_execution_tool_result', 'bash_code_execution_tool_result']), tool_use_id: z.string(), content: z.unknown() });
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  content: z.union([z.string(), z.array(z.union([text, image]))]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
});

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.union([text, image, document, toolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([z.string().min(1), z.array(z.union([text, thinking, redactedThinking, toolUse, serverToolUse, serverToolResult])).min(1)]),
  }),
]);

const tool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: toolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object'), properties: jsonObject.nullish() }),
  strict: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(jsonObject).optional(),
  allowed_callers: z.array(z.string()).optional(),
  defer_loading: z.boolean().optional(),
  cache_control: cacheControl,
});

const ownTool = z.looseObject({ type: z.string().regex(/_\d{8}$/), name: toolName });

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('tool'), name: toolName, ...parallel }),
]);

const outputConfig = z.strictObject({
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  format: z
    .strictObject({ type: z.literal('json_schema'), schema: jsonObject })
    .superRefine((format, context) => {
      for (const path of openObjects(format.schema)) {
        context.addIssue({ code: 'custom', path: ['schema', ...path], message: "For 'object' type, 'additionalProperties' must be explicitly set to false" });
      }
    })
    .nullish(),
});

const never = z.never().optional();

/** `user_profile_id` and `workspace_id` of the SDK's type are headers, not part of the body. */
export const messagesRequest = sameKeysAs<Omit<Anthropic.MessageCreateParams, 'user_profile_id' | 'workspace_id'>>()(
  z.strictObject({
    model: z.string().min(1),
    max_tokens: z.int().min(1),
    messages: z.array(message).min(1).max(100_000),
    system: z.union([z.string().min(1), z.array(text).min(1)]).optional(),
    stop_sequences: z.array(z.string().regex(/\S/, 'each stop sequence must contain non-whitespace')).optional(),
    stream: z.boolean().optional(),
    tools: z.array(z.union([tool, ownTool])).optional(),
    tool_choice: toolChoice.optional(),
    output_config: outputConfig.optional(),
    thinking: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024), display: z.enum(['summarized', 'omitted']).nullish() }),
        z.strictObject({ type: z.literal('adaptive'), display: z.enum(['summarized', 'omitted']).nullish() }),
        z.strictObject({ type: z.literal('disabled') }),
      ])
      .optional(),
    metadata: z.strictObject({ user_id: z.string().max(512).nullish() }).optional(),
    service_tier: z.enum(['auto', 'standard_only']).optional(),
    cache_control: cacheControl,
    inference_geo: z.string().nullish(),
    speed: z.enum(['standard', 'fast']).nullish(),
    container: z.union([z.string(), jsonObject]).nullish(),
    // Known to the vendor, and nothing that this gateway may send.
    diagnostics: never,
  }),
);

/** Sampling parameters went away with version 2026-10-21; the version before still takes them. */
export const messagesRequest20230601 = messagesRequest.extend({
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
});

export type MessagesRequestBody = z.infer<typeof messagesRequest>;

function openObjects(schema: Record<string, unknown>, path: string[] = []): string[][] {
  const found = schema['type'] === 'object' && schema['additionalProperties'] !== false ? [path] : [];
  for (const [key, value] of Object.entries(schema)) {
    for (const part of Array.isArray(value) ? value : [value]) {
      if (typeof part === 'object' && part !== null) found.push(...openObjects(part as Record<string, unknown>, [...path, key]));
    }
  }
  return found;
}
