import type { ChatRequest, ContentPart } from '../../canonical/chat.ts';
import type { Operation, OperationRequests, UnaryOperation, UnaryReadings } from '../../canonical/results.ts';

/** A request as JSON text, its media as their size alone. */
export function requestText<O extends Operation>(operation: O, request: OperationRequests[O]): string {
  return JSON.stringify(REQUESTS[operation](request));
}

const REQUESTS: { [O in Operation]: (request: OperationRequests[O]) => unknown } = {
  CHAT: ({ messages, grounding, tools, responseFormat, maxTokens, temperature }: ChatRequest) => ({
    messages: messages.map(({ role, content }) => ({ role, content: content.map(withoutMedia) })),
    ...(grounding.length > 0 && { grounding }),
    ...(tools.length > 0 && { tools: tools.map(({ name }) => name) }),
    ...(responseFormat !== null && { responseFormat: responseFormat.type }),
    ...(maxTokens !== null && { maxTokens }),
    ...(temperature !== null && { temperature }),
  }),
  SENTIMENT: ({ text, language }) => ({ text, language }),
  VISION: ({ image: { width, height }, question, languages }) => ({ image: { width, height }, question, languages }),
  EMBED: ({ texts, dimensions }) => ({ texts, dimensions }),
};

function withoutMedia(part: ContentPart): unknown {
  switch (part.type) {
    case 'image':
      return { type: part.type, width: part.image.width, height: part.image.height };
    case 'audio':
      return { type: part.type, format: part.audio.format, bytes: part.audio.bytes.length };
    case 'document':
      return part.document.kind === 'pdf' ? { type: part.type, title: part.document.title, bytes: Math.floor((part.document.base64.length * 3) / 4) } : part;
    case 'toolResult':
      return { type: part.type, toolCallId: part.result.toolCallId, content: part.result.content, isError: part.result.isError };
    default:
      return part;
  }
}

/** A whole answer as JSON text. Vectors are told by their number: they are no text, and can be made again. */
export function readingText<O extends UnaryOperation>(operation: O, reading: UnaryReadings[O]): string {
  return JSON.stringify(reading, (key, value: unknown) => {
    if (operation === 'EMBED' && key === 'vectors' && Array.isArray(value)) return value.length;
    return key === 'usage' || key === 'warnings' ? undefined : value;
  });
}
