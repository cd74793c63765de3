import type { Document } from './document.ts';
import type { Audio, Image } from './media.ts';
import type { TokenUsage } from './usage.ts';
import type { Citations, VendorBlock, VendorTools } from './vendor-tools.ts';

export type Role = 'SYSTEM' | 'USER' | 'ASSISTANT' | 'TOOL';

export type ContentPart =
  | { type: 'text'; text: string; cache?: CacheMark; citations?: Citations }
  /** `detail`: how closely the vendor is to look, where it can be told. */
  | { type: 'image'; image: Image; detail?: string; cache?: CacheMark }
  | { type: 'audio'; audio: Audio }
  | { type: 'document'; document: Document; cache?: CacheMark }
  | { type: 'toolCall'; call: ToolCall }
  | { type: 'toolResult'; result: ToolResult }
  /** A model's thinking, carried back to the same vendor untouched. */
  | { type: 'reasoning'; text: string; signature: string | null }
  | ({ type: 'vendor'; elsewhere?: VendorTools['elsewhere'] } & VendorBlock);

/** Asks the vendor to keep the conversation up to this place in its cache; a vendor that does so by itself ignores it. */
export interface CacheMark {
  /** How long; null leaves it to the vendor. */
  ttl: '5m' | '1h' | null;
}

export interface Message {
  role: Role;
  content: ContentPart[];
  /** Tells several participants of one role apart, where the vendor can. */
  name?: string;
}

export interface ToolCall {
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, checked by nobody yet. */
  arguments: string;
  /** What of the vendor's has called, where it was not the model itself, in the vendor's words. */
  caller?: JsonObject;
  cache?: CacheMark;
}

export interface ToolResult {
  toolCallId: string;
  content: string;
  isError: boolean;
  /** Pictures that the tool gave beside its text. */
  images?: Image[];
  cache?: CacheMark;
}

export interface Tool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
  /** The vendor must keep to the schema, where it can. */
  strict: boolean;
  cache?: CacheMark;
  /** What only one vendor knows of a tool, and only leans on how it is called: another does without it. */
  hints?: { vendor: Vendor; parameters: JsonObject };
}

export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json' }
  | { type: 'jsonSchema'; name: string; schema: JsonObject; strict: boolean; description?: string };

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
  /** False: at most one tool call an answer. */
  parallelToolCalls?: boolean;
  /** How much the model is to think. Each vendor knows some of these; what it does not know becomes the nearest. */
  effort?: Effort;
  /** Thinking with a budget, as Anthropic's models take it. */
  thinking?: Thinking;
  /** The caller's own name of its end user, for the vendor's watch over abuse. */
  user?: string;
  /** The probabilities of the tokens of the answer, and those of so many others at each place (0 to 20). */
  logprobs?: { top: number | null };
  /** Tools that only one vendor has. */
  vendorTools?: VendorTools;
  /** Betas of Anthropic's API, by name. */
  betas?: readonly string[];
  /** Parameters that only one vendor knows. */
  extra?: VendorParameters;
}

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

export interface Thinking {
  mode: 'enabled' | 'adaptive' | 'disabled';
  /** Most tokens of thinking, where it is `enabled`. */
  budgetTokens: number | null;
  display: 'summarized' | 'omitted' | null;
}

/** The vendor whose API a request was written for. */
export type Vendor = 'openai' | 'anthropic';

/** Go into the request to a target of that vendor as they are. */
export interface VendorParameters {
  vendor: Vendor;
  parameters: JsonObject;
  /** What becomes of them at any other target: it is passed over, or asked without them and the caller is told. */
  elsewhere: 'refuse' | 'warn';
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
  /** The text that has come is a block by itself; what follows is another. */
  | { type: 'textEnd'; citations: Citations | null }
  | ({ type: 'vendor' } & VendorBlock)
  | { type: 'toolCallStart'; index: number; id: string; name: string; caller?: JsonObject }
  | { type: 'toolCallDelta'; index: number; arguments: string }
  /** What the vendor has counted so far; a later one replaces it. */
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'warning'; message: string }
  /** The vendor's account of the probabilities of the text that has just come, as it gave it. */
  | { type: 'logprobs'; logprobs: JsonObject }
  /**
   * `stopSequence`: the text of `stop` at which the answer ended, where the vendor says so. `paused`: the vendor's own
   * tools are at work, and a request with this answer at its end goes on. `container`: what its code ran in.
   */
  | { type: 'finish'; reason: FinishReason; model: string | null; stopSequence?: string; paused?: true; container?: JsonObject };
