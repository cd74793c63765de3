import { InputError } from '../../canonical/errors.ts';
import type { Role } from '../generated/resolvers.ts';

/**
 * The order of roles that this schema promises: instructions first, then the person begins. Programs that speak a
 * vendor's API come with other habits, and have them there.
 * @throws InputError
 */
export function checkTurns(messages: readonly { role: Role }[], field: string): void {
  const first = messages.findIndex(({ role }) => role !== 'SYSTEM');
  const begins = messages[first];
  if (begins === undefined) return;
  if (begins.role !== 'USER') {
    throw new InputError(`${field}[${first}].role`, `the conversation must begin with USER (after SYSTEM), not with ${begins.role}.`);
  }
  const late = messages.findIndex(({ role }, index) => index > first && role === 'SYSTEM');
  if (late >= 0) throw new InputError(`${field}[${late}].role`, 'a SYSTEM message may stand only at the start; move it up, or say it as USER.');
}
