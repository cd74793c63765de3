import type { ChatRequest, ChatChunk, Message, Tool } from '../../../src/canonical/chat.ts';
import type { AttemptContext, Provider } from '../../../src/providers/provider.ts';

const MODEL = 'test-model';

export function chatRequest(change: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [user('Hello?')],
    grounding: [],
    maxTokens: null,
    temperature: null,
    topP: null,
    stop: [],
    seed: null,
    tools: [],
    toolChoice: null,
    responseFormat: null,
    ...change,
  };
}

export function user(text: string): Message {
  return { role: 'USER', content: [{ type: 'text', text }] };
}

export function system(text: string): Message {
  return { role: 'SYSTEM', content: [{ type: 'text', text }] };
}

export function assistant(text: string): Message {
  return { role: 'ASSISTANT', content: [{ type: 'text', text }] };
}

export const weatherTool: Tool = {
  name: 'weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  strict: true,
};

export function attempt(signal: AbortSignal = AbortSignal.timeout(15_000)): AttemptContext {
  return { targetModel: MODEL, signal };
}

/** All events of a chat answer. */
export async function ask(provider: Provider, request: ChatRequest, stream: boolean, signal?: AbortSignal): Promise<ChatChunk[]> {
  const { CHAT } = provider.operations;
  if (!CHAT) throw new Error(`${provider.name} cannot chat`);
  return (await Array.fromAsync(CHAT(request, { ...attempt(signal), stream, prefill: true }))).flat();
}

/** What a caller makes of the events: pieces joined, in the order of their kinds. */
export interface Gathered {
  text: string;
  reasoning: string;
  signatures: string[];
  refusal: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  usage: Extract<ChatChunk, { type: 'usage' }>['usage'] | null;
  warnings: string[];
  finish: string | null;
  model: string | null;
}

export function gather(chunks: readonly ChatChunk[]): Gathered {
  const all: Gathered = { text: '', reasoning: '', signatures: [], refusal: '', toolCalls: [], usage: null, warnings: [], finish: null, model: null };
  for (const chunk of chunks) {
    if (all.finish !== null) throw new Error(`an event after the finish: ${chunk.type}`);
    switch (chunk.type) {
      case 'text':
        all.text += chunk.text;
        break;
      case 'reasoning':
        all.reasoning += chunk.text;
        if (chunk.signature !== null) all.signatures.push(chunk.signature);
        break;
      case 'refusal':
        all.refusal += chunk.text;
        break;
      case 'toolCallStart':
        if (chunk.index !== all.toolCalls.length) throw new Error(`tool call ${chunk.index} opens out of its place`);
        all.toolCalls.push({ id: chunk.id, name: chunk.name, arguments: '' });
        break;
      case 'toolCallDelta': {
        const call = all.toolCalls[chunk.index];
        if (!call) throw new Error(`arguments of tool call ${chunk.index}, which is not open`);
        call.arguments += chunk.arguments;
        break;
      }
      case 'usage':
        all.usage = chunk.usage;
        break;
      case 'warning':
        all.warnings.push(chunk.message);
        break;
      case 'finish':
        all.finish = chunk.reason;
        all.model = chunk.model;
    }
  }
  return all;
}
