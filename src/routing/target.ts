import type { Operation } from '../canonical/results.ts';
import type { PriceSnapshot } from '../canonical/price.ts';
import type { Provider } from '../providers/provider.ts';

/** One concrete provider and vendor model behind a public model. */
export interface Target {
  provider: Provider;
  /** The vendor's name of the model. */
  targetModel: string;
  /** Null when it is not known. */
  price: PriceSnapshot | null;
  /** How much it counts in an ensemble; above 0. */
  weight: number;
  /** Tokens that fit into the model's window; null when not known. */
  contextWindow: number | null;
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

/** A public model that asks one target after the other until one answers. */
export interface RouteModel {
  kind: 'route';
  name: string;
  operation: Operation;
  /** What the operator says of it. */
  description: string | null;
  targets: readonly Target[];
  /** How often the same target is asked again after a failure that may pass. */
  retries: number;
  deadlines: RouteDeadlines;
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
}

export type RoutedModel = RouteModel | EnsembleModel;
