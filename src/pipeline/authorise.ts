import { mayAsk } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { Refusals } from '../policy/refusals.ts';
import { actorOf } from '../policy/refusals.ts';
import { ResidencyError } from '../routing/plan/residency.ts';
import type { Stage } from './stage.ts';

/** Codes of what limits and budgets refuse, as the audit trail says it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['BUDGET_EXCEEDED', 'budget'],
  ['RATE_LIMITED', 'limit'],
]);

/**
 * A principal asks only for the operations of its scopes (`chat`, `sentiment`, `vision`, `embed`, or `*` for all), and
 * of its models. Whoever a limit or a budget refuses is written down too.
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
    leave({ model, route, context: { principal } }, outcome) {
      if (outcome.type !== 'error' || !(outcome.error instanceof KanonError)) return;
      // What a target was asked and refused is no refusal of ours.
      const reason = route.attempts.length > 0 ? undefined : outcome.error instanceof ResidencyError ? 'residency' : REASONS.get(outcome.error.code);
      if (reason !== undefined) refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: model.name, reason });
    },
  };
}
