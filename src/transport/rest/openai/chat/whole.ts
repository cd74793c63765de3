import type { ChatCompletion, ChatCompletionMessage } from 'openai/resources/chat/completions';
import type { ContentPart } from '../../../../canonical/chat.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';
import { completionUsage, FINISH_WORDS, servedBy } from './finish.ts';

/** What all pieces of an answer have in common. */
export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The public model that was asked. */
  model: string;
}

/** What the text rests on, as the vendor has told it. */
function annotationsOf(parts: readonly ContentPart[]): { annotations?: ChatCompletionMessage.Annotation[] } {
  const cited = parts.flatMap((part) => (part.type === 'text' && part.citations?.vendor === 'openai' ? part.citations.list : []));
  const annotations = cited.flatMap((citation) => (isAnnotation(citation) ? [citation] : []));
  return annotations.length === 0 ? {} : { annotations };
}

function isAnnotation(value: unknown): value is ChatCompletionMessage.Annotation {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'url_citation';
}

/** A whole answer as a `chat.completion`. */
export function completion(head: CompletionHead, answer: ChatAnswer): object {
  const { text, refusal, reasoning, toolCalls, logprobs } = answer;
  const whole: ChatCompletion = {
    ...head,
    object: 'chat.completion',
    model: answer.meta.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && (toolCalls.length > 0 || refusal !== null) ? null : text,
          refusal,
          ...annotationsOf(answer.parts),
          // As servers that show their models' thinking name it; the vendor itself does not show any.
          ...(reasoning !== null && reasoning !== '' && { reasoning_content: reasoning }),
          ...(toolCalls.length > 0 && {
            tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } })),
          }),
        },
        logprobs: null,
        finish_reason: FINISH_WORDS[answer.finishReason],
      },
    ],
    usage: completionUsage(answer.meta.usage),
  };
  // As the vendor told them.
  const choices = logprobs === null ? whole.choices : whole.choices.map((choice) => ({ ...choice, logprobs }));
  return { ...whole, choices, ...servedBy(answer.meta.usage) };
}
