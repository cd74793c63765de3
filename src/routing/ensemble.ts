import { AbortedError } from '../canonical/errors.ts';
import { UpstreamFailure } from '../canonical/failure.ts';
import type { OperationRequests, UnaryOperation } from '../canonical/results.ts';
import { exhausted } from './attempts/exhausted.ts';
import type { RouteContext } from './context.ts';
import { outside, ResidencyError } from './plan/residency.ts';
import { askUnary, type MemberReading } from './route.ts';
import type { EnsembleModel, Target } from './target.ts';

export interface EnsembleReadings<O extends UnaryOperation> {
  /** Those that answered in time, in the order of the targets; at least one. */
  members: MemberReading<O>[];
  /** Of those that failed or were late. */
  warnings: string[];
}

/**
 * Asks all members at once. One that fails, or is late while another has answered, is left out with a warning.
 * @throws KanonError when none could answer; AbortedError when the caller left
 */
export async function askEnsemble<O extends UnaryOperation>(
  operation: O,
  model: EnsembleModel,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<EnsembleReadings<O>> {
  if (model.targets.every((target) => outside(target, context.residency) !== null)) throw new ResidencyError(model, context.residency);
  const late = new AbortController();
  const members: RouteContext = { ...context, signal: AbortSignal.any([context.signal, late.signal]) };
  const answers = new Map<number, MemberReading<O> | UpstreamFailure>();
  let lateTimer: NodeJS.Timeout | undefined;
  let settleFirst: () => void = () => {};
  const firstAnswer = new Promise<void>((resolve) => {
    settleFirst = resolve;
  });

  const all = Promise.all(
    model.targets.map(async (target, index) => {
      const answer = await askMember(operation, model, target, request, members);
      answers.set(index, answer);
      if (!(answer instanceof UpstreamFailure)) settleFirst();
    }),
  );
  try {
    const timeUp = new Promise<void>((resolve) => {
      lateTimer = setTimeout(resolve, model.lateMs);
    });
    await Promise.race([all, Promise.all([timeUp, firstAnswer])]);
    late.abort(new UpstreamFailure('timeout', `later than ${model.lateMs} ms`));
    await all;
  } finally {
    clearTimeout(lateTimer);
    // One member may have ended the call (the caller left, broken media): nobody waits for the others.
    late.abort(new UpstreamFailure('unavailable', 'no longer needed'));
  }

  const readings: MemberReading<O>[] = [];
  const failures: UpstreamFailure[] = [];
  const warnings: string[] = [];
  model.targets.forEach((target, index) => {
    const answer = answers.get(index);
    if (answer === undefined) return;
    if (answer instanceof UpstreamFailure) {
      failures.push(answer);
      warnings.push(`${target.provider.name}/${target.targetModel} is left out: ${answer.message}`);
    } else readings.push(answer);
  });
  if (readings.length === 0) throw exhausted(model.name, failures);
  return { members: readings, warnings };
}

async function askMember<O extends UnaryOperation>(
  operation: O,
  model: EnsembleModel,
  target: Target,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<MemberReading<O> | UpstreamFailure> {
  const { priority, signal, endsAt, residency } = context;
  const elsewhere = outside(target, residency);
  if (elsewhere !== null) return new UpstreamFailure('unsupported', elsewhere);
  try {
    const pass = await target.state.admit({ priority, signal, endsAt, patienceMs: 0 });
    if (pass instanceof UpstreamFailure) return pass;
    return await askUnary(operation, model, { target, provider: target.keys.pick(), pass }, request, context);
  } catch (error) {
    if (error instanceof UpstreamFailure) return error;
    throw error === signal.reason ? new AbortedError(error) : error;
  }
}
