import type { Operation } from '../canonical/results.ts';
import type { TargetPrice } from '../canonical/price.ts';
import type { Provider } from '../providers/provider.ts';
import type { RouteObserver } from '../telemetry/routing.ts';
import type { KeyRing } from './attempts/key-ring.ts';
import type { Sticky } from './strategies/sticky.ts';
import type { TargetState } from './target-state.ts';
import type { When } from './when/when.ts';

/** One concrete provider and vendor model behind a public model. */
export interface Target {
  provider: Provider;
  /** The provider once for each of its API keys. */
  keys: KeyRing;
  /** The vendor's name of the model. */
  targetModel: string;
  /** Null when it is not known. */
  price: TargetPrice | null;
  /** The vendor's service tier that chat is asked for, where the caller asks for none; null leaves it to the vendor. */
  serviceTier: string | null;
  /** How much it counts in an ensemble, or its share of the calls by the strategy `weighted`; above 0. */
  weight: number;
  /** Tokens that fit into the model's window; null when not known. */
  contextWindow: number | null;
  /** Most tokens of an answer; null when not known. */
  maxOutputTokens: number | null;
  /** Where it runs, as the operator names it; null when not said. */
  region: string | null;
  /** It goes on with an answer that is given to it as begun. */
  prefill: boolean;
  /** Asked only when another target refused the content. */
  onRefusal: boolean;
  /** For which requests; null for all. */
  when: When | null;
  /** What is known of it beyond one call. Targets of several models may share it. */
  state: TargetState;
}

/** Time limits of a route, all in milliseconds. */
export interface RouteDeadlines {
  /** From the start of an attempt to its first event. */
  firstTokenMs: number;
  /** Between two events of a stream. */
  idleMs: number;
  /** From the start of the call to its end, over all attempts. */
  totalMs: number;
}

export type StrategyName = 'priority' | 'weighted' | 'fastest' | 'cheapest' | 'leastBusy' | 'race';

/**
 * What happens to a stream that breaks off: `splice` asks again and passes on what follows the part that is
 * delivered, `continue` lets a target that can go on from that part, `off` ends it with an error.
 */
export type Rescue = 'splice' | 'continue' | 'off';

/**
 * Whether a whole answer is asked for in pieces, so that a silent target can be told from a slow one: `auto` where the
 * target is not known to have answered long before it would be taken for silent.
 */
export type AskInPieces = 'auto' | 'always' | 'never';

/** How the answers of a model are kept. */
export interface AnswerCache {
  /** Milliseconds for which an answer is given again. */
  ttlMs: number;
  /** A longer answer is not kept. */
  maxEntryBytes: number;
  /** Another one for whatever else the config says of the model: its answers are others. */
  version: string;
}

/** A public model that asks one target after the other until one answers. */
export interface RouteModel {
  kind: 'route';
  name: string;
  operation: Operation;
  /** What the operator says of it. */
  description: string | null;
  targets: readonly Target[];
  strategy: StrategyName;
  /** Whose calls stay together by the strategy `weighted`. */
  sticky: Sticky;
  /** Milliseconds after which a second target is asked beside the first; null for never. */
  hedgeMs: number | null;
  rescue: Rescue;
  /** Whether whole answers are asked for in pieces too. */
  askInPieces: AskInPieces;
  /** How often the same target is asked again after a failure that may pass. */
  retries: number;
  deadlines: RouteDeadlines;
  /** Absent: every call asks. */
  cache?: AnswerCache;
  observer: RouteObserver;
}

/** A public model that asks all its targets at once; their answers are merged. */
export interface EnsembleModel {
  kind: 'ensemble';
  name: string;
  operation: Operation;
  /** What the operator says of it. */
  description: string | null;
  targets: readonly Target[];
  /** Milliseconds after which a member that has not answered is left out, as long as another has. */
  lateMs: number;
  deadlines: RouteDeadlines;
  /** Absent: every call asks. */
  cache?: AnswerCache;
  observer: RouteObserver;
}

export type RoutedModel = RouteModel | EnsembleModel;

/** `provider/model`, for logs and messages to operators. */
export function nameOf(target: Target): string {
  return `${target.provider.name}/${target.targetModel}`;
}
