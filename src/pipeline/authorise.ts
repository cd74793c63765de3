import { KanonError } from '../canonical/errors.ts';
import type { Stage } from './stage.ts';

/** A principal asks only for the operations of its scopes: `chat`, `sentiment`, `vision`, `embed`, or `*` for all. */
export const authorise: Stage = {
  name: 'authorise',
  enter({ operation, context: { principal } }) {
    const scope = operation.toLowerCase();
    if (principal.scopes.includes('*') || principal.scopes.includes(scope)) return;
    throw new KanonError('FORBIDDEN', `This needs the scope "${scope}"; ask the operator for a key that has it.`, { details: { scope } });
  },
};
