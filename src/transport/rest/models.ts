import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import { HttpError } from '../http/respond.ts';
import type { Exchange } from './exchange.ts';

/** A public model as lists of models show it. */
export interface ShownModel {
  name: string;
  description: string | null;
}

/** The models that the caller may ask, in the order of the config. */
export function modelsOf({ services, call }: Exchange): ShownModel[] {
  return services.operations.modelsOf(call.principal).filter(({ operation }) => hasScope(call.principal, operation.toLowerCase()));
}

/** @throws HttpError 404 where there is none, or none that the caller may ask */
export function modelOf(exchange: Exchange): ShownModel {
  const found = modelsOf(exchange).find(({ name }) => name === exchange.name);
  if (found !== undefined) return found;
  throw new HttpError(
    404,
    new KanonError('BAD_USER_INPUT', `The model "${exchange.name.slice(0, 128)}" does not exist, or this key may not ask it.`, { details: { field: 'body.model' } }),
  );
}

function hasScope({ scopes }: Principal, scope: string): boolean {
  return scopes.includes('*') || scopes.includes(scope);
}
