import { UpstreamFailure } from '../../canonical/failure.ts';
import type { Operation } from '../../canonical/results.ts';
import { localModels } from './models.ts';

/** The local provider has no such model; the message names those that it has. */
export function unknownModel(operation: Operation, model: string): UpstreamFailure {
  return new UpstreamFailure(
    'unknown_model',
    `The local provider has no ${operation.toLowerCase()} model ${model}; it has ${localModels[operation].join(', ')}.`,
  );
}
