import type { Principal } from '../../canonical/call.ts';
import type { Policy } from '../policies.ts';

/** What a key or a token says of its holder. */
export type Claimed = Omit<Principal, 'policy'>;

/**
 * The principal that comes of it: never more than its policy allows.
 * @param admin the policy bounds no scope: a key with the scope `*` that names no policy
 */
export function grant(claimed: Claimed, policy: Policy, { admin }: { admin: boolean }): Principal {
  return {
    ...claimed,
    scopes: admin ? claimed.scopes : common(claimed.scopes, policy.scopes, '*'),
    models: claimed.models === null || policy.models === null ? (claimed.models ?? policy.models) : common(claimed.models, policy.models, null),
    policy: policy.name,
  };
}

/** What both lists have; a list with the wildcard has everything. */
function common(own: readonly string[], allowed: readonly string[], wildcard: string | null): readonly string[] {
  if (wildcard !== null && allowed.includes(wildcard)) return own;
  if (wildcard !== null && own.includes(wildcard)) return allowed;
  return own.filter((item) => allowed.includes(item));
}
