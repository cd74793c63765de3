import { createHash } from 'node:crypto';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Answer, Behaviour, FakeToolCall } from '../behaviour.ts';
import type { RecordedRequest } from '../fake-vendor.ts';
import type { WireAnswer, WireEvent } from '../perform.ts';
import { pieces, textPieces } from '../pieces.ts';
import type { ChatRequestBody, EmbeddingRequestBody } from './schema.ts';

const CREATED = 1_790_000_000;

/** A chat answer as the vendor writes it. */
export function chatAnswer(request: RecordedRequest, body: ChatRequestBody, behaviour: Behaviour): WireAnswer {
  const id = `chatcmpl-fake${request.attempt}`;
  const usage = noUsage(behaviour) ? undefined : chatUsage(behaviour.answer);
  if (body.stream) return { type: 'stream', events: chatEvents(id, body, behaviour, usage) };
  return { type: 'whole', body: wholeChat(id, body, behaviour.answer, usage) };
}

function wholeChat(id: string, body: ChatRequestBody, answer: Answer, usage: CompletionUsage | undefined): ChatCompletion {
  const text = textPieces(answer).join('');
  return {
    id,
    object: 'chat.completion',
    created: CREATED,
    model: answer.model ?? body.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          refusal: answer.refusal ?? null,
          ...(answer.toolCalls && {
            tool_calls: answer.toolCalls.map((call, index) => ({
              id: call.id ?? `call_${index + 1}`,
              type: 'function' as const,
              function: { name: call.name, arguments: argumentsText(call) },
            })),
          }),
          annotations: [...(answer.annotations ?? [])],
        },
        logprobs: null,
        finish_reason: finishReason(answer),
      },
    ],
    ...(usage && { usage }),
    service_tier: tierOf(body, answer),
    system_fingerprint: 'fp_fake',
  };
}

type Delta = ChatCompletionChunk.Choice.Delta;

function chatEvents(id: string, body: ChatRequestBody, behaviour: Behaviour, usage: CompletionUsage | undefined): WireEvent[] {
  const { answer } = behaviour;
  const wantsUsage = body.stream_options?.include_usage === true && usage !== undefined;
  const chunk = (choices: ChatCompletionChunk['choices'], counted: CompletionUsage | null = null): string =>
    JSON.stringify({
      id,
      object: 'chat.completion.chunk',
      created: CREATED,
      model: answer.model ?? body.model,
      service_tier: tierOf(body, answer),
      system_fingerprint: 'fp_fake',
      choices,
      ...(wantsUsage && { usage: counted }),
      obfuscation: 'x'.repeat(choices.length + 3),
    } satisfies ChatCompletionChunk);
  const delta = (change: Delta, phase: WireEvent['phase'], finish: ChatCompletionChunk.Choice['finish_reason'] = null): WireEvent => ({
    phase,
    data: chunk([{ index: 0, delta: change, logprobs: null, finish_reason: finish }]),
  });

  const events: WireEvent[] = [delta({ role: 'assistant', content: answer.toolCalls ? null : '', refusal: null }, 'open')];
  for (const text of textPieces(answer)) events.push(delta({ content: text }, 'token'));
  if (answer.annotations) events.push(delta({ annotations: answer.annotations } as Delta, 'open'));
  for (const text of answer.refusal === undefined ? [] : pieces(answer.refusal)) events.push(delta({ refusal: text }, 'token'));
  for (const [index, call] of (answer.toolCalls ?? []).entries()) {
    const opening = { id: call.id ?? `call_${index + 1}`, type: 'function' as const, function: { name: call.name, arguments: '' } };
    events.push(delta({ tool_calls: [{ index, ...opening }] }, 'open'));
    for (const text of pieces(argumentsText(call))) events.push(delta({ tool_calls: [{ index, function: { arguments: text } }] }, 'token'));
  }
  events.push(delta({}, 'close', finishReason(answer)));
  if (wantsUsage) events.push({ phase: 'close', data: chunk([], usage) });
  if (!behaviour.faults.some((fault) => fault.kind === 'noTerminator')) events.push({ phase: 'close', data: '[DONE]', terminator: true });
  return events;
}

/** The vendor has two words for the fast one in requests, and one in answers. */
function tierOf({ service_tier: asked }: ChatRequestBody, { serviceTier }: Answer): 'default' | 'flex' | 'scale' | 'priority' {
  if (serviceTier === 'flex' || serviceTier === 'priority') return serviceTier;
  if (serviceTier !== undefined || asked == null || asked === 'auto') return 'default';
  return asked === 'fast' ? 'priority' : asked;
}

function finishReason(answer: Answer): ChatCompletion.Choice['finish_reason'] {
  if (answer.finish === 'refusal') return 'stop';
  return answer.finish ?? (answer.toolCalls ? 'tool_calls' : 'stop');
}

function argumentsText(call: FakeToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

function chatUsage(answer: Answer): CompletionUsage {
  const input = answer.usage?.input ?? 12;
  const output = answer.usage?.output ?? Math.max(1, textPieces(answer).length);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: answer.usage?.cachedInput ?? 0,
      audio_tokens: answer.usage?.audioInput ?? 0,
      ...(answer.usage?.imageInput !== undefined && { image_tokens: answer.usage.imageInput }),
    },
    completion_tokens_details: {
      reasoning_tokens: answer.usage?.reasoning ?? 0,
      audio_tokens: answer.usage?.audioOutput ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Vectors as floats or as base64 of little-endian 32-bit floats, as asked for. */
export function embeddingAnswer(body: EmbeddingRequestBody, behaviour: Behaviour, ignoresBase64: boolean): WireAnswer {
  const texts = typeof body.input === 'string' ? [body.input] : body.input;
  const tokens = behaviour.answer.usage?.input ?? texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  const data = texts.map((text, index) => {
    const vector = behaviour.answer.vectors?.[index] ?? madeUpVector(text, body.dimensions ?? 8);
    const embedding =
      body.encoding_format === 'base64' && !ignoresBase64
        ? Buffer.from(Float32Array.from(vector).buffer).toString('base64')
        : [...vector];
    return { object: 'embedding', index, embedding };
  });
  return {
    type: 'whole',
    body: {
      object: 'list',
      data,
      model: behaviour.answer.model ?? body.model,
      ...(noUsage(behaviour) ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
    },
  };
}

/** The same text has the same vector, and no two texts are likely to share one. */
function madeUpVector(text: string, dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, index) => createHash('sha256').update(`${index} ${text}`).digest().readInt32LE() / 2 ** 31);
}

function noUsage(behaviour: Behaviour): boolean {
  return behaviour.faults.some((fault) => fault.kind === 'noUsage');
}
