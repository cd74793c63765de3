import type { CallContext, CallMeta } from '../../canonical/call.ts';
import type { ChatRequest, ContentPart, GroundingText, Message } from '../../canonical/chat.ts';
import { AbortedError, InputError, KanonError } from '../../canonical/errors.ts';
import { oneByOne } from '../../canonical/one-by-one.ts';
import { addUsage, NO_USAGE, type Cost, type TokenUsage } from '../../canonical/usage.ts';
import type { ChatAnswer } from '../chat/answer.ts';
import type { ChatStreamEvent } from '../chat/chat.ts';
import type { EmbedAnswer, EmbedLoader } from '../embed.ts';
import type { Operations } from '../operations.ts';
import type { SentimentAnswer } from '../sentiment.ts';
import type { VisionAnswer } from '../vision.ts';
import { branchKey, type Branch, type BranchRequest, type CompositeInput, type PlannedBranch } from './branches.ts';
import { Once } from './once.ts';
import { groundOnSentiment, groundOnVision } from './grounding.ts';

type ChatBranch = Extract<BranchRequest, { branch: 'CHAT' }>;

export interface PlanStep {
  branch: Branch;
  model: string;
  /** Branches that it waits for. */
  after: Branch[];
  /** How many calls it makes. */
  calls: number;
}

export interface CompositeSums {
  cost: Cost;
  usage: TokenUsage;
  /** Milliseconds from the start until the last branch of the sums ended. */
  durationMs: number;
  /** Branches that had not ended, and are not in the sums. */
  pending: Branch[];
}

/**
 * One message asked of several models at once. Branches are started by whoever reads them and run once, however
 * often they are read; one that grounds a reply is started by the reply.
 */
export class Composite {
  readonly #operations: Operations;
  readonly #input: CompositeInput;
  readonly #planned: readonly PlannedBranch[];
  readonly #context: CallContext;
  readonly #loader: EmbedLoader;
  readonly #chats = new Once<ChatAnswer>();
  readonly #sentiments = new Once<SentimentAnswer>();
  readonly #visions = new Once<VisionAnswer>();
  readonly #embeds = new Once<EmbedAnswer>();
  readonly #settled = new Map<string, CallMeta>();
  readonly #startedAt = performance.now();

  /**
   * @param loader the caller's own: the text to embed joins the others of the same request
   * @param planned the branches that are selected
   */
  constructor(operations: Operations, loader: EmbedLoader, input: CompositeInput, planned: readonly PlannedBranch[], context: CallContext) {
    this.#operations = operations;
    this.#loader = loader;
    this.#input = input;
    this.#planned = planned;
    this.#context = {
      ...context,
      metadata: input.metadata ?? context.metadata,
      onSettled: (meta) => {
        this.#settled.set(meta.id, meta);
        context.onSettled?.(meta);
      },
    };
  }

  /** The branches and their order, those that only ground a reply included. One that cannot be asked tells so itself. */
  plan(): PlanStep[] {
    const steps = new Map<string, PlanStep>();
    for (const request of this.#planned.flatMap((planned) => this.#withGroundings(planned.request))) {
      const model = this.#modelOf(request);
      if (model === null) continue;
      const after = request.branch === 'CHAT' ? request.groundedOn : [];
      const calls = request.branch === 'VISION' ? this.#input.imageCount : 1;
      steps.set(this.#keyOf(request), { branch: request.branch, model, after, calls });
    }
    return [...steps.values()];
  }

  /** @throws KanonError, AbortedError */
  chat(request: ChatBranch): Promise<ChatAnswer> {
    return this.#chats.get(this.#keyOf(request), async () => {
      this.#resolve(request);
      const { chatRequest, warnings } = await this.#chatRequest(request);
      return this.#operations.chat(request.model, chatRequest, { ...this.#context, warnings }, 'chat');
    });
  }

  /** The reply in pieces; ends with `done` or `error`. @throws AbortedError */
  async *chatEvents(request: ChatBranch): AsyncGenerator<ChatStreamEvent> {
    this.#resolve(request);
    const { chatRequest, warnings } = await this.#chatRequest(request);
    yield* oneByOne(this.#operations.chatEvents(request.model, chatRequest, { ...this.#context, warnings }, 'chat'));
  }

  /** @throws KanonError, AbortedError */
  sentiment(model: string | null): Promise<SentimentAnswer> {
    const request = { branch: 'SENTIMENT', model } as const;
    return this.#sentiments.get(this.#keyOf(request), async () => {
      this.#resolve(request);
      return this.#operations.sentiment(model, { text: this.#text('sentiment'), language: null }, this.#context, 'input.text');
    });
  }

  /** One promise a picture, in the order of the pictures. @throws InputError when there is none */
  vision(model: string | null): Promise<VisionAnswer>[] {
    const { imageCount } = this.#input;
    if (imageCount === 0) throw new InputError('input.images', 'vision needs a picture; add one, or do not select `vision`.');
    const request = { branch: 'VISION', model } as const;
    return Array.from({ length: imageCount }, (_, index) =>
      this.#visions.get(`${this.#keyOf(request)} ${index}`, async () => {
        this.#resolve(request);
        const image = await this.#input.image(index);
        return this.#operations.vision(model, { image, question: null, languages: [] }, this.#context);
      }),
    );
  }

  /** @throws KanonError, AbortedError */
  embed(model: string | null): Promise<EmbedAnswer> {
    const request = { branch: 'EMBED', model } as const;
    return this.#embeds.get(this.#keyOf(request), async () => {
      this.#resolve(request);
      const answer = await this.#operations.embed(this.#loader, model, [this.#text('embed')], null, 'input.text');
      // The call is one of the request, and told of there: of composites that share it, one alone counts it.
      if (this.#loader.count(answer.meta)) this.#settled.set(answer.meta.id, answer.meta);
      return answer;
    });
  }

  /** Waits for all branches, without the deferred ones when asked so, and sums up. Never throws. */
  async settle(options: { withDeferred: boolean }): Promise<CompositeSums> {
    const awaited = this.#planned.filter((planned) => options.withDeferred || !planned.deferred);
    const requests = awaited.flatMap(({ request }) => this.#withGroundings(request));
    await Promise.allSettled(requests.flatMap((request) => this.#start(request)));
    return this.sums(this.#planned.filter((planned) => !awaited.includes(planned)).map(({ request }) => request.branch));
  }

  /** Sums up the calls that have ended. */
  sums(pending: Branch[] = []): CompositeSums {
    const durationMs = performance.now() - this.#startedAt;
    const metas = [...this.#settled.values()];
    const known = metas.every((meta) => meta.cost.usd !== null);
    return {
      cost: { usd: known ? metas.reduce((sum, meta) => sum + (meta.cost.usd ?? 0), 0) : null },
      usage: metas.reduce((sum, meta) => addUsage(sum, meta.usage), NO_USAGE),
      durationMs,
      pending,
    };
  }

  /** Starts a branch, or finds it running. */
  #start(request: BranchRequest): Promise<unknown>[] {
    try {
      if (request.branch === 'CHAT') return [this.chat(request)];
      if (request.branch === 'SENTIMENT') return [this.sentiment(request.model)];
      if (request.branch === 'EMBED') return [this.embed(request.model)];
      return this.vision(request.model);
    } catch (error) {
      return [Promise.reject(error)];
    }
  }

  async #chatRequest(request: ChatBranch): Promise<{ chatRequest: ChatRequest; warnings: string[] }> {
    const warnings: string[] = [];
    const grounding = (await Promise.all(request.groundedOn.map((branch) => this.#ground(branch, warnings)))).flat();
    const content: ContentPart[] = [];
    const { text, imageCount, audioCount } = this.#input;
    if (text !== null) content.push({ type: 'text', text });
    if (request.images) {
      for (let index = 0; index < imageCount; index++) content.push({ type: 'image', image: await this.#input.image(index) });
    }
    for (let index = 0; index < audioCount; index++) content.push({ type: 'audio', audio: await this.#input.audio(index) });
    if (content.length === 0) throw new InputError('input.text', 'chat needs a text or a sound; add one, or do not select `chat`.');
    const messages: Message[] = [];
    if (request.system !== null) messages.push({ role: 'SYSTEM', content: [{ type: 'text', text: request.system }] });
    messages.push({ role: 'USER', content });
    const chatRequest: ChatRequest = {
      messages,
      grounding,
      maxTokens: request.maxTokens,
      temperature: null,
      topP: null,
      stop: [],
      seed: null,
      tools: [],
      toolChoice: null,
      responseFormat: null,
    };
    return { chatRequest, warnings };
  }

  /** A reply is still worth having when what it was to be built on has failed; the caller is told. */
  async #ground(branch: Branch, warnings: string[]): Promise<GroundingText[]> {
    const request = this.#groundingRequest(branch);
    if (request === null) throw new InputError('chat.groundedOn', `a reply cannot be built on ${branch}; expected VISION or SENTIMENT.`);
    const answers = await Promise.allSettled(this.#start(request));
    for (const answer of answers) if (answer.status === 'rejected' && answer.reason instanceof AbortedError) throw answer.reason;
    if (answers.every((answer) => answer.status === 'rejected')) {
      warnings.push(`The reply is not built on ${branch}, which failed.`);
      return [];
    }
    if (request.branch === 'SENTIMENT') return groundOnSentiment(await this.sentiment(request.model));
    const pictures = this.vision(request.model);
    const read = await Promise.all(answers.map(async (answer, index) => (answer.status === 'fulfilled' ? await pictures[index] : undefined)));
    read.forEach((picture, index) => {
      if (picture === undefined) warnings.push(`The reply is not built on picture ${index + 1}, which could not be read.`);
    });
    return groundOnVision(read);
  }

  /** The selected branch of that name, or one of the default model; null where a reply cannot be built on it. */
  #groundingRequest(branch: Branch): { branch: 'SENTIMENT' | 'VISION'; model: string | null } | null {
    if (branch !== 'SENTIMENT' && branch !== 'VISION') return null;
    const selected = this.#planned.find(({ request }) => request.branch === branch)?.request;
    return { branch, model: selected?.model ?? null };
  }

  /** A branch, behind those that it waits for. */
  #withGroundings(request: BranchRequest): BranchRequest[] {
    const groundings = request.branch === 'CHAT' ? request.groundedOn.map((branch) => this.#groundingRequest(branch)) : [];
    return [...groundings.filter((grounding) => grounding !== null), request];
  }

  /** @throws InputError when the branch names a model that does not exist, FORBIDDEN when it may not be asked */
  #resolve({ branch, model }: BranchRequest): string {
    return this.#operations.resolve(branch, model, `${branch.toLowerCase()}.model`, this.#context).name;
  }

  #modelOf(request: BranchRequest): string | null {
    try {
      return this.#resolve(request);
    } catch (error) {
      if (error instanceof KanonError) return null;
      throw error;
    }
  }

  /** The same for branches that ask the same of the same model, named or by default. */
  #keyOf(request: BranchRequest): string {
    return branchKey({ ...request, model: this.#modelOf(request) ?? request.model });
  }

  #text(branch: string): string {
    if (this.#input.text === null) throw new InputError('input.text', `${branch} needs a text; add one, or do not select \`${branch}\`.`);
    return this.#input.text;
  }
}
