import type { Principal } from '../../canonical/call.ts';
import type { BudgetConfig, Config, PolicyConfig } from '../../config/config.ts';
import type { BudgetLimit, BudgetPeriod, BudgetScope } from '../../ledger/ledger.ts';

type LimitsConfig = Pick<Config, 'policies' | 'budgets'>;
type ScopeName = BudgetConfig['scope'] | PolicyConfig['budget'][number]['scope'];

/** A token is no key: its person is counted, or else its app. */
function keyOf({ keyId, user, app }: Principal): BudgetScope {
  if (keyId !== null) return { kind: 'KEY', id: keyId };
  return user === null ? { kind: 'APP', id: app } : { kind: 'USER', id: user };
}

/** Whom a limit counts. Who has no user or team is counted by the key: nobody passes uncounted. */
const SCOPES: { [S in ScopeName]: (principal: Principal, model: string | null) => BudgetScope | null } = {
  key: keyOf,
  app: ({ app }) => ({ kind: 'APP', id: app }),
  user: (principal) => (principal.user === null ? keyOf(principal) : { kind: 'USER', id: principal.user }),
  team: (principal) => (principal.team === null ? keyOf(principal) : { kind: 'TEAM', id: principal.team }),
  model: (_, model) => (model === null ? null : { kind: 'MODEL', id: model }),
};

const PERIODS = { minute: 'MINUTE', hour: 'HOUR', day: 'DAY', month: 'MONTH' } as const satisfies Record<string, BudgetPeriod>;

interface Amounts {
  usd?: number | undefined;
  tokens?: number | undefined;
  requests?: number | undefined;
  concurrent?: number | undefined;
  per?: keyof typeof PERIODS | undefined;
  window: 'calendar' | 'sliding';
  soft: boolean;
}

/** Principals and models whose limits are kept, of one config. */
const MOST_KNOWN = 5_000;
const known = new WeakMap<LimitsConfig, Map<string, readonly BudgetLimit[]>>();

/**
 * The limits that hold for a call: those of the principal's policy, and those that hold whatever the policy. The same
 * ones each time while the config stays.
 * @param model null: only those that hold for every model
 */
export function limitsOf(config: LimitsConfig, principal: Principal, model: string | null): readonly BudgetLimit[] {
  const { policy, keyId, app, user, team } = principal;
  let all = known.get(config);
  if (all === undefined) {
    all = new Map();
    known.set(config, all);
  }
  const whose = JSON.stringify([policy, keyId, app, user, team, model]);
  let limits = all.get(whose);
  if (limits === undefined) {
    limits = findLimits(config, principal, model);
    if (all.size >= MOST_KNOWN) all.clear();
    all.set(whose, limits);
  }
  return limits;
}

function findLimits({ policies, budgets }: LimitsConfig, principal: Principal, model: string | null): BudgetLimit[] {
  const policy = policies.get(principal.policy);
  const own = policy === undefined ? [] : policyLimits(policy, principal);
  const wide = budgets.flatMap((budget) => {
    if (!hasScope(budget.scope, principal)) return [];
    const scope = SCOPES[budget.scope](principal, model);
    return scope === null || (budget.name !== null && budget.name !== scope.id) ? [] : [limitOf(scope, budget)];
  });
  return [...own, ...wide];
}

/** Whether calls pass while limits cannot be looked up. */
export function failsOpen({ policies }: LimitsConfig, { policy }: Principal): boolean {
  return policies.get(policy)?.budgetFail === 'open';
}

/** A budget of users or teams is none of a principal that has neither. */
function hasScope(scope: BudgetConfig['scope'], { user, team }: Principal): boolean {
  return scope === 'user' ? user !== null : scope === 'team' ? team !== null : true;
}

function policyLimits({ budget, limits }: PolicyConfig, principal: Principal): BudgetLimit[] {
  const own = budget.flatMap((one) => {
    const scope = SCOPES[one.scope](principal, null);
    return scope === null ? [] : [limitOf(scope, one)];
  });
  const key = keyOf(principal);
  const { requestsPerMinute, tokensPerMinute, concurrent } = limits;
  const sliding = { per: 'minute', window: 'sliding', soft: false } as const;
  if (requestsPerMinute !== null) own.push(limitOf(key, { requests: requestsPerMinute, ...sliding }));
  if (tokensPerMinute !== null) own.push(limitOf(key, { tokens: tokensPerMinute, ...sliding }));
  if (concurrent !== null) own.push(limitOf(key, { ...sliding, concurrent }));
  return own;
}

function limitOf(scope: BudgetScope, { usd, tokens, requests, concurrent, per, window, soft }: Amounts): BudgetLimit {
  const common = { scope, per: PERIODS[per ?? 'minute'], window: window === 'sliding' ? 'SLIDING' : 'CALENDAR', soft } as const;
  if (usd !== undefined) return { ...common, unit: 'USD', amount: usd };
  if (tokens !== undefined) return { ...common, unit: 'TOKENS', amount: tokens };
  if (requests !== undefined) return { ...common, unit: 'REQUESTS', amount: requests };
  return { ...common, unit: 'CONCURRENT', amount: concurrent ?? 0 };
}
