import { KanonError } from '../../canonical/errors.ts';
import type { RoutedModel, Target } from '../target.ts';

/** Why data may not go to a target; null when it may. A target of unknown region is nowhere. */
export function outside({ region }: Target, residency: readonly string[] | null): string | null {
  if (residency === null || (region !== null && residency.includes(region))) return null;
  return region === null ? 'its region is not known' : `it is in ${region}`;
}

/** The data of a principal has nowhere to go. */
export class ResidencyError extends KanonError {
  override readonly name = 'ResidencyError';

  constructor(model: RoutedModel, residency: readonly string[] | null) {
    const where = (residency ?? []).join(', ');
    super('FORBIDDEN', `The data of this key stays in ${where}, and no target of the model "${model.name}" is there.`, { details: { model: model.name } });
  }
}
