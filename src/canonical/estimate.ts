import { estimateTokenCount } from 'tokenx';
import { asciiTokens } from './ascii-tokens.ts';
import type { ChatRequest, ContentPart } from './chat.ts';
import type { Audio } from './media.ts';
import { NO_USAGE, type TokenUsage } from './usage.ts';

/** About what vendors count for a picture of their largest side. */
const TOKENS_PER_IMAGE = 1_000;

/** What OpenAI counts for a second of sound. */
const AUDIO_TOKENS_PER_SECOND = 10;
/** Bytes of a second: of compressed speech (64 kbit/s), and the least and most that a WAV is believed to have. */
const COMPRESSED_RATE = 8_000;
const [SLOWEST_WAV, FASTEST_WAV] = [4_000, 400_000];

/** What asking a chat model for a sentiment, or for what a picture shows, adds to the request. */
export const INSTRUCTION_TOKENS = 400;

/** About what vendors count for a short PDF; how long one is nobody here knows. */
const TOKENS_PER_PDF = 3_000;

/** Tokens of a text, estimated: within some percent for prose of European languages. */
export function estimateTokens(text: string): number {
  return asciiTokens(text) ?? estimateTokenCount(text);
}

/** Tokens of pictures, estimated. */
export function estimateImages(count: number): number {
  return count * TOKENS_PER_IMAGE;
}

/** Tokens of a sound, estimated by its length in bytes: what it is compressed by is not looked at. */
function estimateAudio({ bytes, format }: Audio): number {
  return Math.ceil((bytes.length / (format === 'wav' ? wavRate(bytes) : COMPRESSED_RATE)) * AUDIO_TOKENS_PER_SECOND);
}

/** Bytes of a second, which a WAV says at this place of its head (http://soundfile.sapp.org/doc/WaveFormat/). */
function wavRate(bytes: Uint8Array): number {
  if (bytes.length < 32) return FASTEST_WAV;
  const rate = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(28, true);
  return Math.min(FASTEST_WAV, Math.max(SLOWEST_WAV, rate));
}

/** Tokens of the sounds of a chat request, estimated. */
export function estimateAudioOf(request: ChatRequest): number {
  let tokens = 0;
  for (const { content } of request.messages) for (const part of content) if (part.type === 'audio') tokens += estimateAudio(part.audio);
  return tokens;
}

/** Tokens of a chat request, estimated: used where a vendor reports none. */
export function estimateInput(request: ChatRequest): number {
  const others = estimateImages(imagesOf(request)) + estimateAudioOf(request) + TOKENS_PER_PDF * countParts(request, isPdf);
  return others + sumOfTexts(request, estimateTokens);
}

/** Letters of a chat request: about as many as tokens at the most, and counted at once. */
export function charactersOf(request: ChatRequest): number {
  return sumOfTexts(request, (text) => text.length);
}

/** Whether a request has a PDF: nobody here looks into them. */
export function hasPdf({ messages }: Pick<ChatRequest, 'messages'>): boolean {
  return messages.some(({ content }) => content.some(isPdf));
}

function isPdf(part: ContentPart): boolean {
  return part.type === 'document' && part.document.kind === 'pdf';
}

export function imagesOf(request: ChatRequest): number {
  return countParts(request, ({ type }) => type === 'image');
}

function countParts({ messages }: ChatRequest, is: (part: ContentPart) => boolean): number {
  let count = 0;
  for (const { content } of messages) for (const part of content) if (is(part)) count += 1;
  return count;
}

/** Over all text that is sent with a request. */
function sumOfTexts(request: ChatRequest, sizeOf: (text: string) => number): number {
  let sum = 0;
  for (const { content } of request.messages) {
    for (const part of content) {
      if (part.type === 'text' || part.type === 'reasoning') sum += sizeOf(part.text);
      else if (part.type === 'toolCall') sum += sizeOf(part.call.arguments);
      else if (part.type === 'toolResult') sum += sizeOf(part.result.content);
      else if (part.type === 'document' && part.document.kind === 'text') sum += sizeOf(part.document.text);
      else if (part.type === 'vendor') sum += sizeOf(JSON.stringify(part.block));
    }
  }
  for (const { text } of request.grounding) sum += sizeOf(text);
  for (const { parameters } of request.tools) sum += sizeOf(JSON.stringify(parameters));
  for (const { definition } of request.vendorTools?.tools ?? []) sum += sizeOf(JSON.stringify(definition));
  return sum;
}

/** The usage of an answer that came without any, or that was cut: estimated, and marked so. */
export function estimatedUsage(request: ChatRequest, answer: string): TokenUsage {
  return {
    ...NO_USAGE,
    input: estimateInput(request),
    audioInput: estimateAudioOf(request),
    output: estimateTokens(answer),
    reported: false,
    ...probableToolUses(request),
  };
}

/** What the vendor did beside is not known of an answer without usage: its own tools have probably been used. */
export function probableToolUses({ vendorTools }: Pick<ChatRequest, 'vendorTools'>): Pick<TokenUsage, 'toolUses'> {
  return vendorTools === undefined ? {} : { toolUses: Object.fromEntries(vendorTools.names.map((name) => [name, 1])) };
}
