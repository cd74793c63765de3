import type { SentimentReading, SentimentRequest } from '../../canonical/results.ts';
import type { ExtractiveAnswer, ExtractiveInput } from './chat/extractive-job.ts';

/** What the child process of the text models does. */
export interface TextJobs {
  embed: { input: { texts: string[] }; output: EmbedOutput };
  minilmSentiment: { input: SentimentRequest; output: SentimentReading };
  lexiconSentiment: { input: SentimentRequest; output: SentimentReading };
  extract: { input: ExtractiveInput; output: ExtractiveAnswer };
}

export interface EmbedOutput {
  /** Unit vectors in the order of the texts. */
  vectors: Float32Array[];
  /** Tokens of all texts together, as far as they were read. */
  tokens: number;
  /** How many texts were longer than the model reads. */
  cut: number;
}

/** The child's environment: where built models are kept. */
export const MODELS_FOLDER = 'KANON_MODELS_FOLDER';
