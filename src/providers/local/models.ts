import type { Operation } from '../../canonical/results.ts';

/** The models that the local provider has, by operation. Whether their packages are installed shows at the first call. */
export const localModels: Record<Operation, readonly string[]> = {
  CHAT: ['extractive'],
  SENTIMENT: ['minilm', 'lexicon'],
  VISION: ['tesseract', 'paddle', 'objects'],
  EMBED: ['minilm'],
};
