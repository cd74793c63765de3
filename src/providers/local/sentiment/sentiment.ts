import type { SentimentRequest } from '../../../canonical/results.ts';
import type { UnaryAnswer } from '../../provider.ts';
import type { TextJobs } from '../jobs.ts';
import { unknownModel } from '../unknown-model.ts';
import type { WorkerHost } from '../runtime/worker-host.ts';

/** More of a text is not read: the mood of a message shows long before. */
const MOST_CHARACTERS = 50_000;

/** Sentiment by MiniLM's head or by the lexicon, on the worker of the text models. */
export function createSentiment(worker: WorkerHost<TextJobs>): UnaryAnswer<'SENTIMENT'> {
  return async (request, { targetModel, signal }) => {
    const input: SentimentRequest = { ...request, text: request.text.slice(0, MOST_CHARACTERS) };
    if (targetModel === 'minilm') return worker.run('minilmSentiment', input, signal);
    if (targetModel === 'lexicon') return worker.run('lexiconSentiment', input, signal);
    throw unknownModel('SENTIMENT', targetModel);
  };
}
