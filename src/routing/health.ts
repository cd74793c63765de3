import type { FailureKind } from '../canonical/failure.ts';
import type { BreakerState } from './breaker/breaker.ts';
import type { RoutedModel, Target } from './target.ts';

/** How a target is now. Times in milliseconds. */
export interface TargetHealth {
  provider: string;
  targetModel: string;
  region: string | null;
  breaker: BreakerState;
  /** What opened the breaker; null while it is closed. */
  breakerReason: FailureKind | null;
  /** Until it is asked again: its breaker, or the pause that the vendor has asked for. */
  waitMs: number;
  running: number;
  queued: number;
  /** Moving averages; null before the first answer. */
  firstTokenMs: number | null;
  perTokenMs: number | null;
}

export function healthOf(target: Target): TargetHealth {
  const { breaker, gate, latency } = target.state;
  return {
    provider: target.provider.name,
    targetModel: target.targetModel,
    region: target.region,
    breaker: breaker.state,
    breakerReason: breaker.reason,
    waitMs: Math.max(breaker.waitMs(), target.state.restMs()),
    running: gate.running,
    queued: gate.queued,
    firstTokenMs: latency.firstTokenMs,
    perTokenMs: latency.perTokenMs,
  };
}

/** All targets, each once, as they are now. */
export function healthOfAll(models: readonly RoutedModel[]): TargetHealth[] {
  const targets = new Map(models.flatMap(({ targets }) => targets).map((target) => [target.state, target]));
  return [...targets.values()].map(healthOf);
}

/** The targets of a model as they are now, in the order of the config. */
export function healthOfModel(model: RoutedModel): TargetHealth[] {
  return model.targets.map(healthOf);
}
