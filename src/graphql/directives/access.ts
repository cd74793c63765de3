import { getNamedType, type GraphQLOutputType } from 'graphql';
import { KanonError, type ErrorDetails } from '../../canonical/errors.ts';
import type { Principal } from '../../canonical/call.ts';
import type { Requirement, SchemaDirectives } from './read.ts';

/** A principal was refused by a directive of the schema. */
export class AccessError extends KanonError {
  override readonly name = 'AccessError';
  /** As the audit trail says it: `scope vision`. */
  readonly reason: string;

  constructor(message: string, reason: string, details: ErrorDetails = {}) {
    super('FORBIDDEN', message, { details });
    this.reason = reason;
  }
}

/** Whether a principal has what is required; the scope `*` has everything. */
export function meets(principal: Principal, { scopes, policies }: Requirement): boolean {
  if (principal.scopes.includes('*')) return true;
  const has = (ways: Requirement['scopes'], owns: (name: string) => boolean): boolean => ways === null || ways.some((way) => way.every(owns));
  return has(scopes, (scope) => principal.scopes.includes(scope)) && has(policies, (policy) => principal.policy === policy);
}

/**
 * What a field requires: its own, that of its type, and that of the type it returns. Of a type that is returned as one
 * of several, its fields require it.
 */
export function requirementsOf(directives: SchemaDirectives, type: string, field: string, returned: GraphQLOutputType): Requirement[] {
  const { requirements } = directives;
  const coordinates = [`${type}.${field}`, type, getNamedType(returned).name];
  return coordinates.flatMap((coordinate) => requirements.get(coordinate) ?? []);
}

/** Why a principal is refused; null when it is not. */
export function refusalOf(principal: Principal, requirements: readonly Requirement[]): AccessError | null {
  const unmet = requirements.find((requirement) => !meets(principal, requirement));
  return unmet === undefined ? null : refused(unmet);
}

function refused({ scopes, policies }: Requirement): AccessError {
  const [kind, ways] = scopes === null ? (['policy', policies ?? []] as const) : (['scope', scopes] as const);
  const written = (quote: string) => ways.map((way) => way.map((name) => `${quote}${name}${quote}`).join(' and ')).join(', or ');
  const [only, ...more] = ways.flat();
  const details = only !== undefined && more.length === 0 ? { [kind]: only } : {};
  return new AccessError(`This needs the ${kind} ${written('"')}; ask the operator for a key that has it.`, `${kind} ${written('')}`, details);
}
