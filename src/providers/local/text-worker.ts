/** The child process of the text models. Each is loaded by the first job that needs it. */
import { NO_USAGE } from '../../canonical/usage.ts';
import { answerExtractively } from './chat/extractive-job.ts';
import { Minilm } from './embed/minilm.ts';
import { MODELS_FOLDER, type TextJobs } from './jobs.ts';
import { logToHost, serveJobs } from './runtime/serve-jobs.ts';
import { SentimentHead } from './sentiment/head.ts';
import { lazyPacks } from './sentiment/lexicon/packs.ts';
import { readByHead, readByLexicon } from './sentiment/readings.ts';

const packs = lazyPacks();
let loading: Promise<Minilm> | undefined;
let head: SentimentHead | undefined;

function minilm(): Promise<Minilm> {
  loading ??= load().catch((error: unknown) => {
    // The next job tries again: the disk may have been full.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Minilm> {
  const startedAt = performance.now();
  const model = await Minilm.load({
    folder: process.env[MODELS_FOLDER] ?? '.',
    report: (event) => {
      if ('built' in event) logToHost('info', { ms: event.built }, 'minilm is built');
      else logToHost('warn', { reason: String(event.notKept) }, 'minilm cannot be kept in the data folder');
    },
  });
  const ms = Math.round(performance.now() - startedAt);
  logToHost(model.runtime === 'onnxruntime-node' ? 'info' : 'warn', { ms, runtime: model.runtime }, 'minilm is loaded');
  return model;
}

serveJobs<TextJobs>({
  embed: async ({ texts }, signal) => {
    const embeddings = await (await minilm()).embed(texts, signal);
    return {
      vectors: embeddings.map(({ vector }) => vector),
      tokens: embeddings.reduce((sum, { tokens }) => sum + tokens, 0),
      cut: embeddings.filter(({ cut }) => cut).length,
    };
  },
  minilmSentiment: async ({ text, language }, signal) => {
    const [embedding] = await (await minilm()).embed([text], signal);
    if (embedding === undefined) throw new Error('No embedding of one text.');
    head ??= SentimentHead.kept();
    const usage = { ...NO_USAGE, input: embedding.tokens };
    return { ...readByHead(text, language, { packs, head, embedding }), usage };
  },
  lexiconSentiment: ({ text, language }) => ({ ...readByLexicon(text, language, packs), usage: NO_USAGE }),
  extract: async (input, signal) => answerExtractively(input, await minilm(), packs, signal),
});
