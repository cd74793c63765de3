import type { Audio, Image } from './media.ts';
import type { TokenUsage } from './usage.ts';

export type Role = 'SYSTEM' | 'USER' | 'ASSISTANT' | 'TOOL';

export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; image: Image }
  | { type: 'audio'; audio: Audio }
  | { type: 'toolCall'; call: ToolCall }
  | { type: 'toolResult'; result: ToolResult }
  /** A model's thinking, carried back to the same vendor untouched. */
  | { type: 'reasoning'; text: string; signature: string | null };

export interface Message {
  role: Role;
  content: ContentPart[];
}

export interface ToolCall {
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, checked by nobody yet. */
  arguments: string;
}

export interface ToolResult {
  toolCallId: string;
  content: string;
  isError: boolean;
}

export interface Tool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
  /** The vendor must keep to the schema, where it can. */
  strict: boolean;
}

export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json' }
  | { type: 'jsonSchema'; name: string; schema: JsonObject; strict: boolean };

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Text that an answer is to be built on: what other branches found, or what was retrieved. */
export interface GroundingText {
  /** Where it comes from: `VISION`, `SENTIMENT`, the name of a document. */
  source: string;
  text: string;
}

export interface ChatRequest {
  messages: Message[];
  /** Beside the messages, not in them: each provider says it in its own way. */
  grounding: GroundingText[];
  /** Most tokens of the answer; null leaves it to the target. */
  maxTokens: number | null;
  /** 0 to 2. */
  temperature: number | null;
  /** 0 to 1. */
  topP: number | null;
  stop: string[];
  seed: number | null;
  tools: Tool[];
  toolChoice: ToolChoice | null;
  responseFormat: ResponseFormat | null;
}

export type FinishReason = 'STOP' | 'LENGTH' | 'TOOL_CALLS' | 'CONTENT_FILTER' | 'REFUSAL';

/**
 * One event of a provider's answer. A whole answer is the same with one delta. `finish` is the last event, and
 * comes only when the vendor said that the answer is complete; a provider that cannot say so throws an
 * UpstreamFailure (`cut`, `garbled` ...). A tool call is opened by its id and name, and its arguments follow.
 */
export type ChatChunk =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string; signature: string | null }
  | { type: 'refusal'; text: string }
  | { type: 'toolCallStart'; index: number; id: string; name: string }
  | { type: 'toolCallDelta'; index: number; arguments: string }
  /** What the vendor has counted so far; a later one replaces it. */
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'warning'; message: string }
  | { type: 'finish'; reason: FinishReason; model: string | null };
