import type { ChatChunk, ChatRequest, ContentPart } from '../../../canonical/chat.ts';
import { begunAnswer } from '../../../canonical/begun.ts';
import { AbortedError } from '../../../canonical/errors.ts';
import { NO_USAGE } from '../../../canonical/usage.ts';
import type { ProviderOperations } from '../../provider.ts';
import { unsupported } from '../../shared/unsupported.ts';
import { ownParameters, ownTools } from '../../shared/vendor-parameters.ts';
import type { TextJobs } from '../jobs.ts';
import type { WorkerHost } from '../runtime/worker-host.ts';
import type { ExtractiveInput } from './extractive-job.ts';

const WHAT_IT_IS =
  'extractive is no language model: it quotes what it was given and fills in fixed phrases. Set the key of a vendor, or run a server of your own, for a written answer.';
const NO_PICTURES = 'extractive did not look at the pictures in the messages; ground the chat on VISION to have them read.';
const NO_INSTRUCTIONS = 'extractive does not follow the instructions of SYSTEM messages, and quotes nothing of them.';
/** More of one message is not read. */
const MOST_CHARACTERS = 200_000;

/** Chat without a language model, on the worker of the text models. */
export function createExtractive(worker: WorkerHost<TextJobs>): ProviderOperations['CHAT'] {
  return async function* (request, { stream, signal }): AsyncGenerator<readonly ChatChunk[]> {
    refuseUnsupported(request);
    const own = ownParameters(request, null);
    const tools = ownTools(request, null);
    const { deltas, finish, inputTokens, outputTokens, warnings: found } = await worker.run('extract', readInput(request), signal);
    for (const text of stream ? deltas : [deltas.join('')]) {
      if (signal.aborted) throw new AbortedError(signal.reason);
      if (text !== '') yield [{ type: 'text', text }];
    }
    yield [
      { type: 'usage', usage: { ...NO_USAGE, input: inputTokens, output: outputTokens } },
      ...[...warnings(request), ...found, ...own.warnings, ...tools.warnings].map((message): ChatChunk => ({ type: 'warning', message })),
      { type: 'finish', reason: finish, model: 'extractive' },
    ];
  };
}

function refuseUnsupported(request: ChatRequest): void {
  const { tools, toolChoice, responseFormat, logprobs } = request;
  if (begunAnswer(request) !== '') throw unsupported('The local model extractive does not go on with an answer that is begun.');
  if (logprobs !== undefined) throw unsupported('The local model extractive knows no probabilities of tokens (logprobs).');
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool' || (tools.length > 0 && toolChoice?.type !== 'none')) {
    throw unsupported('The local model extractive calls no tools.');
  }
  if (responseFormat !== null && responseFormat.type !== 'text') {
    throw unsupported('The local model extractive writes text only, no JSON.');
  }
}

function readInput({ messages, grounding, maxTokens, stop }: ChatRequest): ExtractiveInput {
  const last = messages.findLast(({ role }) => role === 'USER');
  return {
    messages: messages.map(({ role, content }) => ({ role, text: readText(content) })),
    grounding: grounding.map(({ source, text }) => ({ source, text: text.slice(0, MOST_CHARACTERS) })),
    pictures: last?.content.filter(({ type }) => type === 'image').length ?? 0,
    maxTokens,
    stop,
  };
}

function readText(content: readonly ContentPart[]): string {
  return content
    .map((part) => (part.type === 'text' ? part.text : part.type === 'toolResult' ? part.result.content : ''))
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, MOST_CHARACTERS);
}

function warnings({ messages, grounding }: ChatRequest): string[] {
  const told = [WHAT_IT_IS];
  const pictures = messages.some(({ content }) => content.some(({ type }) => type === 'image'));
  if (pictures && !grounding.some(({ source }) => source === 'VISION')) told.push(NO_PICTURES);
  if (messages.some(({ content }) => content.some(({ type }) => type === 'audio'))) told.push('extractive did not listen to the sounds in the messages.');
  if (messages.some(({ content }) => content.some(({ type }) => type === 'document'))) told.push('extractive did not read the documents in the messages.');
  if (messages.some(({ role }) => role === 'SYSTEM')) told.push(NO_INSTRUCTIONS);
  return told;
}
