import { mayAsk, type CallContext, type Principal } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { ChatRequest } from '../canonical/chat.ts';
import type { Operation, SentimentRequest, VisionRequest } from '../canonical/results.ts';
import type { Moderation } from '../pipeline/guarding/moderate.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { ModelCatalog } from '../routing/catalog.ts';
import type { RoutedModel } from '../routing/target.ts';
import type { ChatAnswer } from './chat/answer.ts';
import { chat, chatEvents, type ChatStreamEvent } from './chat/chat.ts';
import { validateChat } from './chat/validate.ts';
import { EmbedLoader, type EmbedAnswer } from './embed.ts';
import { sentiment, type SentimentAnswer } from './sentiment.ts';
import { vision, type VisionAnswer } from './vision.ts';

/**
 * The canonical operations, for every transport: a public model's name and a canonical request in, a canonical
 * result out. A null name is the default model of the operation.
 */
export class Operations {
  readonly #pipeline: Pipeline;
  readonly #catalog: () => ModelCatalog;
  readonly #onRefused: (principal: Principal, model: string | null) => void;

  /**
   * @param catalog the models as they are now: a reload of the config replaces them
   * @param onRefused told of whoever asks for a model that is not for it; null where none is
   */
  constructor(pipeline: Pipeline, catalog: () => ModelCatalog, onRefused: (principal: Principal, model: string | null) => void = () => {}) {
    this.#pipeline = pipeline;
    this.#catalog = catalog;
    this.#onRefused = onRefused;
  }

  get catalog(): ModelCatalog {
    return this.#catalog();
  }

  /** The models that a principal may ask, in the order of the config: the first of an operation is its default. */
  modelsOf(principal: Principal, operation?: Operation): RoutedModel[] {
    return this.#catalog().list(operation).filter(({ name }) => mayAsk(principal, name));
  }

  /**
   * Of the models that it may not ask, a principal learns nothing: not even which there are.
   * @throws InputError when there is no such model for the operation; KanonError FORBIDDEN
   */
  resolve(operation: Operation, model: string | null, field: string, { principal }: CallContext): RoutedModel {
    const { models } = principal;
    if (models === null) return this.#catalog().resolve(operation, model, field);
    if (model !== null && models.includes(model)) return this.#catalog().resolve(operation, model, field);
    const [first] = this.modelsOf(principal, operation);
    if (model === null && first !== undefined) return first;
    this.#onRefused(principal, model?.slice(0, 128) ?? null);
    const which = model === null ? `No model for ${operation.toLowerCase()}` : `The model "${model.slice(0, 128)}"`;
    throw new KanonError('FORBIDDEN', `${which} is ${model === null ? '' : 'not '}among those that this key may ask; \`models\` lists them.`, { details: { field } });
  }

  /** @throws KanonError, AbortedError */
  async chat(model: string | null, request: ChatRequest, context: CallContext, field: string): Promise<ChatAnswer> {
    const resolved = this.resolve('CHAT', model, `${field}.model`, context);
    validateChat(request, field);
    return chat(this.#pipeline, resolved, request, context);
  }

  /**
   * The stream is the answer to a request that was taken: a request that is not valid throws before it begins.
   * @throws KanonError, AbortedError
   */
  chatEvents(model: string | null, request: ChatRequest, context: CallContext, field: string): AsyncGenerator<readonly ChatStreamEvent[]> {
    const resolved = this.resolve('CHAT', model, `${field}.model`, context);
    validateChat(request, field);
    return chatEvents(this.#pipeline, resolved, request, context);
  }

  /** @throws KanonError, AbortedError */
  async sentiment(model: string | null, request: SentimentRequest, context: CallContext, field: string): Promise<SentimentAnswer> {
    return sentiment(this.#pipeline, this.resolve('SENTIMENT', model, modelField(field), context), request, context, field);
  }

  /** @throws KanonError, AbortedError */
  async vision(model: string | null, request: VisionRequest, context: CallContext): Promise<VisionAnswer> {
    return vision(this.#pipeline, this.resolve('VISION', model, 'input.model', context), request, context);
  }

  /**
   * What the guardrails of the principal's policy say of texts, without a model being asked; null where it has none.
   * @throws KanonError, AbortedError
   */
  moderate(texts: readonly string[], context: CallContext): Promise<Moderation | null> {
    return this.#pipeline.moderate(texts, context);
  }

  /** Gathers the texts of one request of a caller; see EmbedLoader. */
  embedLoader(context: CallContext): EmbedLoader {
    return new EmbedLoader(this.#pipeline, context);
  }

  /** @throws KanonError, AbortedError */
  async embed(loader: EmbedLoader, model: string | null, texts: readonly string[], dimensions: number | null, field: string): Promise<EmbedAnswer> {
    return loader.embed(this.resolve('EMBED', model, modelField(field), loader.context), texts, dimensions, field);
  }
}

/** The field that names the model, beside the one that holds the content. */
function modelField(field: string): string {
  return field.replace(/[^.]*$/, 'model');
}
