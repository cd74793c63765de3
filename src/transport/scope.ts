import type { Principal } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';

/** A path that the principal's key is not for. */
export class ScopeError extends KanonError {
  override readonly name = 'ScopeError';
  readonly principal: Principal;
  /** As the audit trail says it. */
  readonly reason: string;

  constructor(principal: Principal, scopes: readonly string[]) {
    const named = scopes.map((scope) => `"${scope}"`).join(' or ');
    super('FORBIDDEN', `This needs the scope ${named}; ask the operator for a key that has it.`, { details: { scope: scopes[0] } });
    this.principal = principal;
    this.reason = `scope ${scopes.join(' or ')}`;
  }
}

/** One of the scopes is enough. @throws ScopeError */
export function requireScope(principal: Principal, scopes: readonly string[]): void {
  if (!principal.scopes.some((scope) => scope === '*' || scopes.includes(scope))) throw new ScopeError(principal, scopes);
}
