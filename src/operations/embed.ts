import DataLoader from 'dataloader';
import type { CallContext, CallMeta } from '../canonical/call.ts';
import { InputError, KanonError } from '../canonical/errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RoutedModel } from '../routing/target.ts';

const MAX_TEXTS = 10_000;
/** Characters of one text: longer than the largest window of an embedding model. */
const MAX_CHARACTERS = 1_000_000;
const MAX_DIMENSIONS = 65_536;

export interface EmbedAnswer {
  vectors: Float32Array[];
  dimensions: number;
  meta: CallMeta;
}

interface Embedded {
  vector: Float32Array;
  meta: CallMeta;
}

/**
 * Gathers what one request of a caller wants embedded: all texts for the same model and dimensions that are asked
 * for in one turn of the event loop become one call, the same text only once. Make one for each request.
 */
export class EmbedLoader {
  readonly #pipeline: Pipeline;
  readonly context: CallContext;
  readonly #loaders = new Map<string, DataLoader<string, Embedded>>();
  /** Calls that a sum of costs has. */
  readonly #counted = new Set<string>();

  constructor(pipeline: Pipeline, context: CallContext) {
    this.#pipeline = pipeline;
    this.context = context;
  }

  /**
   * @param field the path of the texts, for errors
   * @throws InputError, KanonError, AbortedError
   */
  async embed(model: RoutedModel, texts: readonly string[], dimensions: number | null, field: string): Promise<EmbedAnswer> {
    if (texts.length === 0) throw new InputError(field, 'expected at least one text.');
    if (texts.length > MAX_TEXTS) throw new InputError(field, `expected at most ${MAX_TEXTS} texts, found ${texts.length}.`);
    const empty = texts.findIndex((text) => text.trim() === '');
    if (empty >= 0) throw new InputError(`${field}[${empty}]`, 'expected a text that is not empty.');
    const long = texts.findIndex((text) => text.length > MAX_CHARACTERS);
    if (long >= 0) {
      const details = { field: `${field}[${long}]` };
      throw new KanonError('CONTEXT_LENGTH_EXCEEDED', `${details.field}: longer than any model can read; at most ${MAX_CHARACTERS} characters are taken.`, { details });
    }
    if (dimensions !== null && (dimensions < 1 || dimensions > MAX_DIMENSIONS)) {
      throw new InputError(field.replace(/texts$/, 'dimensions'), `expected 1 to ${MAX_DIMENSIONS}, found ${dimensions}.`);
    }
    const embedded = await Promise.all(texts.map((text) => this.#loader(model, dimensions).load(text)));
    const first = embedded[0];
    if (first === undefined) throw new KanonError('INTERNAL', 'The model answered with no vector.');
    return { vectors: embedded.map(({ vector }) => vector), dimensions: first.vector.length, meta: first.meta };
  }

  /** Whether a call is in no sum of costs yet; from then on it is. Several composites may share one. */
  count({ id }: CallMeta): boolean {
    const first = !this.#counted.has(id);
    this.#counted.add(id);
    return first;
  }

  #loader(model: RoutedModel, dimensions: number | null): DataLoader<string, Embedded> {
    const key = `${model.name} ${dimensions}`;
    let loader = this.#loaders.get(key);
    if (loader === undefined) {
      loader = new DataLoader<string, Embedded>(async (texts) => {
        const { members, meta } = await this.#pipeline.unary('EMBED', model, { texts: [...texts], dimensions }, this.context);
        const vectors = members[0]?.reading.vectors ?? [];
        return texts.map((_, index) => {
          const vector = vectors[index];
          return vector === undefined ? new KanonError('INTERNAL', 'The model answered with fewer vectors than texts.') : { vector, meta };
        });
      });
      this.#loaders.set(key, loader);
    }
    return loader;
  }
}
