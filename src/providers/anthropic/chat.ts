import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';
import { answerStream } from '../http/answer-stream.ts';
import { answerWhole } from '../http/answer-whole.ts';
import type { ChatAttempt } from '../provider.ts';
import type { AnthropicClient } from './client.ts';
import { vendorRequest } from './request.ts';
import { AnthropicStream } from './stream.ts';
import { readWhole } from './whole.ts';

/**
 * Asks for a chat answer; see the contract of `ProviderOperations.CHAT`.
 * @param sampling the API's version still takes temperature and top_p
 */
export async function* chat(
  vendor: AnthropicClient,
  sampling: boolean,
  request: ChatRequest,
  attempt: ChatAttempt,
): AsyncGenerator<ChatChunk> {
  const { signal } = attempt;
  const { client, adaptSchema } = await vendor.sdk();
  const { body, jsonTool, warnings } = await vendorRequest(request, attempt, { sampling, adaptSchema });
  // What `messages.create` does, less its warnings of models that retire, which it writes on the console.
  const answer = await vendor.send(() => client.post('/v1/messages', { body, stream: attempt.stream, signal }).asResponse(), signal);
  const chunks =
    attempt.stream && !answer.isJson
      ? answerStream(answer.body, new AnthropicStream(jsonTool), signal)
      : readWhole(await answerWhole(answer.body, signal), jsonTool);
  for await (const chunk of chunks) {
    if (chunk.type === 'finish') for (const message of warnings) yield { type: 'warning', message };
    yield chunk;
  }
}
