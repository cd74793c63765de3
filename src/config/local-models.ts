import type { Operation } from '../canonical/results.ts';

/**
 * The models that the `local` provider has, by operation. They stand here, beside the schema, because the config
 * is checked before any provider is loaded; a test holds that the provider agrees.
 */
export const LOCAL_MODELS: Readonly<Record<Operation, readonly string[]>> = {
  CHAT: ['extractive'],
  SENTIMENT: ['minilm', 'lexicon'],
  VISION: ['tesseract', 'paddle', 'objects'],
  EMBED: ['minilm'],
};
