import type { ChatRequest } from '../../canonical/chat.ts';
import { MAX_STOPS } from './limits.ts';

const DROPPABLE = ['temperature', 'top_p', 'seed', 'reasoning_effort'] as const;
type Droppable = (typeof DROPPABLE)[number];

/** What one model takes otherwise than the rest. */
export interface ModelQuirks {
  /** Reasoning models refuse the old name, many compatible servers do not know the new one. */
  maxTokensName: 'max_tokens' | 'max_completion_tokens';
  /** Sampling parameters that it refuses; they only lean on the answer, so it can be had without them. */
  without: ReadonlySet<Droppable>;
  /** Most texts of `stop`; null where it is not known. */
  maxStops: number | null;
}

/** Most models that are remembered: a caller cannot fill the memory with names. */
const MAX_MODELS = 1_000;

/** Remembers what the vendor has refused, so that it is asked wrongly at most once a model. */
export class LearnedQuirks {
  readonly #byModel = new Map<string, ModelQuirks>();
  readonly #usual: ModelQuirks;

  /** @param official the vendor itself, whose rules are known */
  constructor(official: boolean) {
    this.#usual = official ? { maxTokensName: 'max_completion_tokens', without: new Set(), maxStops: MAX_STOPS } : { maxTokensName: 'max_tokens', without: new Set(), maxStops: null };
  }

  of(model: string): ModelQuirks {
    return this.#byModel.get(model) ?? this.#usual;
  }

  /** Learns from a refusal, if `asked` is what was refused. Returns false where there is nothing to learn from it. */
  learn(model: string, asked: ModelQuirks, parameter: string): boolean {
    const learned = this.#learned(asked, parameter);
    if (!learned) return false;
    if (this.#byModel.size >= MAX_MODELS) this.#byModel.clear();
    this.#byModel.set(model, learned);
    return true;
  }

  #learned(asked: ModelQuirks, parameter: string): ModelQuirks | null {
    if (parameter === asked.maxTokensName) {
      return { ...asked, maxTokensName: parameter === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens' };
    }
    const droppable = DROPPABLE.find((name) => name === parameter);
    if (!droppable || asked.without.has(droppable)) return null;
    return { ...asked, without: new Set([...asked.without, droppable]) };
  }
}

/** What of the request did not go to the model, in words for the caller. */
export function quirkWarnings(request: ChatRequest, quirks: ModelQuirks, model: string): string[] {
  if (quirks.without.size === 0) return [];
  const asked: Record<Droppable, boolean> = {
    temperature: request.temperature !== null,
    top_p: request.topP !== null,
    seed: request.seed !== null,
    reasoning_effort: request.effort !== undefined,
  };
  return DROPPABLE.filter((name) => asked[name] && quirks.without.has(name)).map((name) => `${model} does not take ${name}; it was left out.`);
}
