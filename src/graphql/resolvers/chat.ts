import type { JsonObject } from '../../canonical/chat.ts';
import type { ChatAnswer } from '../../operations/chat/answer.ts';
import type { Resolvers } from '../generated/resolvers.ts';
import type { ContentPartParent, ToolCallParent } from '../parents.ts';

const EVENT_TYPES = { delta: 'ChatDelta', toolCallDelta: 'ChatToolCallDelta', restart: 'ChatRestart', done: 'ChatDone', error: 'ChatError' } as const;

function toolCalls(answer: ChatAnswer): ToolCallParent[] {
  return answer.toolCalls.map((call) => ({ kind: 'toolCall', ...call }));
}

function contentOf(answer: ChatAnswer): ContentPartParent[] {
  const text: ContentPartParent[] = answer.text === '' ? [] : [{ kind: 'text', text: answer.text }];
  return [...text, ...toolCalls(answer)];
}

/** What a model wrote as arguments, when it is a JSON object. */
function parseObject(json: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const chatTypes = {
  ChatResult: {
    message: (answer) => answer,
    toolCalls,
  },
  Message: {
    role: () => 'ASSISTANT',
    content: contentOf,
  },
  ContentPart: {
    __resolveType: (part) => (part.kind === 'text' ? 'TextPart' : 'ToolCall'),
  },
  ToolCall: {
    argumentsObject: (call) => parseObject(call.arguments),
  },
  ChatEvent: {
    __resolveType: (event) => EVENT_TYPES[event.type],
  },
  ChatDone: {
    message: ({ answer }) => answer,
    text: ({ answer }) => answer.text,
    toolCalls: ({ answer }) => toolCalls(answer),
    refusal: ({ answer }) => answer.refusal,
    reasoning: ({ answer }) => answer.reasoning,
    finishReason: ({ answer }) => answer.finishReason,
    meta: ({ answer }) => answer.meta,
  },
  ChatError: {
    code: ({ error }) => error.code,
    message: ({ error }) => error.message,
    retryAfterMs: ({ error }) => error.details.retryAfterMs ?? null,
  },
} satisfies Resolvers;
