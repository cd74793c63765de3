import { mayAsk } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { Refusals } from '../policy/refusals.ts';
import { actorOf } from '../policy/refusals.ts';
import type { Stage } from './stage.ts';

/**
 * A principal asks only for the operations of its scopes (`chat`, `sentiment`, `vision`, `embed`, or `*` for all), and
 * of its models.
 */
export function authorise(refusals: Pick<Refusals, 'note'>): Stage {
  return {
    name: 'authorise',
    enter({ operation, model, context: { principal } }) {
      const scope = operation.toLowerCase();
      const refuse = (reason: string): void => refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: model.name, reason });
      if (!principal.scopes.includes('*') && !principal.scopes.includes(scope)) {
        refuse(`scope ${scope}`);
        throw new KanonError('FORBIDDEN', `This needs the scope "${scope}"; ask the operator for a key that has it.`, { details: { scope } });
      }
      if (!mayAsk(principal, model.name)) {
        refuse('model');
        throw new KanonError('FORBIDDEN', `The model "${model.name}" is not among those that this key may ask; \`models\` lists them.`, { details: { model: model.name } });
      }
    },
  };
}
