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

/** What the operator has set of the vendor's API. */
export interface AnthropicApi {
  /** Its version still takes temperature and top_p. */
  sampling: boolean;
  /** Betas that hold for every request. */
  betas: readonly string[];
}

/**
 * Asks for a chat answer; see the contract of `ProviderOperations.CHAT`.
 */
export async function* chat(
  client: AnthropicClient,
  api: AnthropicApi,
  request: ChatRequest,
  attempt: ChatAttempt,
): AsyncGenerator<ChatChunk[]> {
  const { signal } = attempt;
  const { body, jsonTool, warnings } = await vendorRequest(request, attempt, api.sampling);
  const answer = await client.send(body, signal, betaHeader(request.betas, api.betas));
  if (!attempt.stream || isJson(answer)) {
    yield withWarnings(readWhole(await answerWhole(answer.body, signal), jsonTool), warnings);
    return;
  }
  for await (const chunks of answerStream(answer.body, new AnthropicStream(jsonTool), signal)) yield withWarnings(chunks, warnings);
}

function betaHeader(asked: readonly string[] = [], always: readonly string[]): Record<string, string> | undefined {
  return asked.length === 0 ? undefined : { 'anthropic-beta': [...new Set([...always, ...asked])].join(',') };
}
