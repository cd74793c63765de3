import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';
import { answerStream } from '../http/answer-stream.ts';
import { answerWhole } from '../http/answer-whole.ts';
import { isJson } from '../http/exchange.ts';
import type { ChatAttempt } from '../provider.ts';
import { withWarnings } from '../shared/warnings.ts';
import type { AnthropicClient } from './client.ts';
import { vendorRequest } from './request.ts';
import { AnthropicStream } from './stream.ts';
import { readWhole } from './whole.ts';

/**
 * Asks for a chat answer; see the contract of `ProviderOperations.CHAT`.
 * @param sampling the API's version still takes temperature and top_p
 */
export async function* chat(
  client: AnthropicClient,
  sampling: boolean,
  request: ChatRequest,
  attempt: ChatAttempt,
): AsyncGenerator<ChatChunk[]> {
  const { signal } = attempt;
  const { body, jsonTool, warnings } = await vendorRequest(request, attempt, sampling);
  const answer = await client.send(body, signal);
  if (!attempt.stream || isJson(answer)) {
    yield withWarnings(readWhole(await answerWhole(answer.body, signal), jsonTool), warnings);
    return;
  }
  for await (const chunks of answerStream(answer.body, new AnthropicStream(jsonTool), signal)) yield withWarnings(chunks, warnings);
}
