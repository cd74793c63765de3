import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import { answerStream } from '../http/answer-stream.ts';
import { answerWhole } from '../http/answer-whole.ts';
import { isJson, type VendorAnswer } from '../http/exchange.ts';
import type { ChatAttempt } from '../provider.ts';
import { withWarnings } from '../shared/warnings.ts';
import type { OpenAIClient } from './client.ts';
import { unsupportedParameter } from './errors.ts';
import type { LearnedQuirks } from './quirks.ts';
import { vendorRequest } from './request.ts';
import { OpenAIStream } from './stream.ts';
import { readWhole } from './whole.ts';

/** Requests that a model may refuse for one parameter each before it is given up. */
const MAX_LESSONS = 4;

/** Asks for a chat answer; see the contract of `ProviderOperations.CHAT`. */
export async function* chat(
  client: OpenAIClient,
  learned: LearnedQuirks,
  request: ChatRequest,
  attempt: ChatAttempt,
): AsyncGenerator<ChatChunk[]> {
  const { answer, warnings } = await ask(client, learned, request, attempt);
  // The vendor counts no uses; a model that can search searches once for an answer.
  const toolUses = request.vendorTools?.vendor === 'openai' ? Object.fromEntries(request.vendorTools.names.map((name) => [name, 1])) : undefined;
  if (!attempt.stream || isJson(answer)) {
    yield withWarnings(readWhole(await answerWhole(answer.body, attempt.signal), toolUses), warnings);
    return;
  }
  for await (const chunks of answerStream(answer.body, new OpenAIStream(toolUses), attempt.signal)) yield withWarnings(chunks, warnings);
}

/** Sends the request, and once more for each parameter that the model turns out not to take. */
async function ask(
  client: OpenAIClient,
  learned: LearnedQuirks,
  request: ChatRequest,
  attempt: ChatAttempt,
): Promise<{ answer: VendorAnswer; warnings: readonly string[] }> {
  for (let lessons = 0; ; lessons++) {
    const quirks = learned.of(attempt.targetModel);
    const { body, warnings } = await vendorRequest(request, attempt, quirks);
    try {
      return { answer: await client.send('/chat/completions', body, attempt.signal), warnings };
    } catch (error) {
      const parameter = error instanceof UpstreamFailure ? unsupportedParameter(error) : null;
      if (parameter === null || lessons >= MAX_LESSONS || !learned.learn(attempt.targetModel, quirks, parameter)) throw error;
    }
  }
}
