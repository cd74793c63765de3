import type { z } from 'zod';
import type { ContentPart, JsonObject } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import { oneByOne } from '../../canonical/one-by-one.ts';
import { NO_USAGE, type TokenUsage } from '../../canonical/usage.ts';
import type { AttemptContext, ProviderOperations } from '../provider.ts';
import { garbled } from '../shared/fields.ts';

export type Chat = ProviderOperations['CHAT'];

export interface Question<T> {
  instructions: string;
  /** What the answer is about; it is data, whatever it says. */
  content: ContentPart[];
  /** The name of the answer's schema. */
  name: string;
  schema: JsonObject;
  /** Checks what the model answered. */
  reading: z.ZodType<T>;
}

export interface Answered<T> {
  value: T;
  usage: TokenUsage;
  warnings: string[];
}

/**
 * Asks a chat model for one JSON value.
 * @throws UpstreamFailure `content` when the model refuses, `garbled` when its answer is not of the schema
 */
export async function askForJson<T>(chat: Chat, question: Question<T>, attempt: AttemptContext): Promise<Answered<T>> {
  const batches = chat(
    {
      messages: [
        { role: 'SYSTEM', content: [{ type: 'text', text: question.instructions }] },
        { role: 'USER', content: question.content },
      ],
      grounding: [],
      maxTokens: null,
      temperature: null,
      topP: null,
      stop: [],
      seed: null,
      tools: [],
      toolChoice: null,
      responseFormat: { type: 'jsonSchema', name: question.name, schema: question.schema, strict: true },
    },
    { ...attempt, stream: false },
  );
  let text = '';
  let usage: TokenUsage | null = null;
  const warnings: string[] = [];
  try {
    for await (const chunk of oneByOne(batches)) {
      if (chunk.type === 'text') text += chunk.text;
      else if (chunk.type === 'usage') usage = chunk.usage;
      else if (chunk.type === 'warning') warnings.push(chunk.message);
      else if (chunk.type === 'finish') {
        if (chunk.reason === 'REFUSAL' || chunk.reason === 'CONTENT_FILTER') throw new UpstreamFailure('content', 'the model refused the content');
        if (chunk.reason === 'LENGTH') throw garbled('the model ran out of tokens');
      }
    }
    return { value: read(text, question.reading), usage: usage ?? { ...NO_USAGE, reported: false }, warnings };
  } catch (error) {
    // An answer that cannot be read is paid for like any other.
    throw error instanceof UpstreamFailure && usage !== null ? having(error, usage) : error;
  }
}

function having(failure: UpstreamFailure, usage: TokenUsage): UpstreamFailure {
  const { kind, message, status, retryAfterMs, refusal, cause } = failure;
  return new UpstreamFailure(kind, message, { status, retryAfterMs, refusal, usage, cause });
}

function read<T>(text: string, reading: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch {
    throw garbled('the model did not answer in JSON');
  }
  const parsed = reading.safeParse(value);
  if (!parsed.success) throw garbled(`the model did not keep to the schema at ${parsed.error.issues[0]?.path.join('.') || 'the top'}`);
  return parsed.data;
}

/** Servers that do not enforce a schema let their models wrap JSON in Markdown. */
function unfenced(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('```') && trimmed.endsWith('```') ? trimmed.slice(trimmed.indexOf('\n') + 1, -3) : trimmed;
}
