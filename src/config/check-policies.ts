import { findMisfit } from '../policy/guardrails/json-schema.ts';
import { MaskingError } from '../policy/masking/errors.ts';
import { BUILT_IN_KINDS, isKindName } from '../policy/masking/kinds.ts';
import { patternDetector } from '../policy/masking/patterns.ts';
import type { Path } from './problem.ts';
import { listOf, nearest } from './suggest.ts';
import { isRawMap, type RawMap, type Tree } from './tree.ts';

/** What of policies only the detectors can tell, and dangling names of models. */
export function checkPolicies(tree: Tree, policies: RawMap, models: RawMap): void {
  for (const [name, policy] of Object.entries(policies)) {
    if (!isRawMap(policy)) continue;
    const path = ['policies', name];
    if (Array.isArray(policy['mask'])) checkMask(tree, [...path, 'mask'], policy['mask']);
    if (Array.isArray(policy['guardrails'])) checkGuardrails(tree, [...path, 'guardrails'], policy['guardrails']);
    if (Array.isArray(policy['models'])) checkModels(tree, [...path, 'models'], policy['models'], models);
  }
}

/** The policies that issuers of tokens name. */
export function checkIssuers(tree: Tree, auth: unknown, policies: unknown): void {
  const issuers = isRawMap(auth) && Array.isArray(auth['jwt']) ? auth['jwt'] : [];
  const known = ['default', ...Object.keys(isRawMap(policies) ? policies : {})];
  for (const [index, issuer] of issuers.entries()) {
    const policy = isRawMap(issuer) ? issuer['policy'] : undefined;
    if (typeof policy !== 'string' || known.includes(policy)) continue;
    const at = ['auth', 'jwt', index, 'policy'];
    tree.report(at, `there is no policy ${shown(tree, at, policy)}`, { suggestion: nearest(policy, known) });
  }
}

/** The models that budgets name. */
export function checkBudgets(tree: Tree, budgets: unknown, models: RawMap): void {
  if (!Array.isArray(budgets)) return;
  for (const [index, budget] of budgets.entries()) {
    if (!isRawMap(budget) || budget['scope'] !== 'model' || typeof budget['name'] !== 'string') continue;
    const at = ['budgets', index, 'name'];
    if (!Object.hasOwn(models, budget['name'])) tree.report(at, `there is no model ${shown(tree, at, budget['name'])}`, { suggestion: nearest(budget['name'], Object.keys(models)) });
  }
}

function checkModels(tree: Tree, path: Path, names: readonly unknown[], models: RawMap): void {
  for (const [index, name] of names.entries()) {
    if (typeof name !== 'string' || Object.hasOwn(models, name)) continue;
    tree.report([...path, index], `there is no model ${shown(tree, [...path, index], name)}`, { suggestion: nearest(name, Object.keys(models)) });
  }
}

function checkMask(tree: Tree, path: Path, entries: readonly unknown[]): void {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const at = [...path, index];
    const name = typeof entry === 'string' ? checkKind(tree, at, entry) : isRawMap(entry) ? checkEntry(tree, at, entry) : null;
    if (name === null) continue;
    if (seen.has(name)) tree.report(at, `${name} is masked twice`);
    seen.add(name);
  }
}

function checkKind(tree: Tree, at: Path, kind: string): string | null {
  if (BUILT_IN_KINDS.some((known) => known === kind)) return kind;
  const suggestion = nearest(kind, BUILT_IN_KINDS);
  const list = suggestion === undefined ? `; there is ${listOf(BUILT_IN_KINDS, 'and')}` : '';
  tree.report(at, `no kind is called ${shown(tree, at, kind)}${list}`, { suggestion });
  return null;
}

function checkEntry(tree: Tree, at: Path, { kind, name, pattern, words }: RawMap): string | null {
  if (kind !== undefined) {
    for (const [key, value] of Object.entries({ name, pattern, words })) {
      if (value !== undefined) tree.report([...at, key], `a built-in kind has its own detector; ${key} goes with name`, { at: 'key' });
    }
    return typeof kind === 'string' ? checkKind(tree, [...at, 'kind'], kind) : null;
  }
  if (name === undefined) {
    tree.report(at, 'expected kind (a built-in one), or name with pattern or words');
    return null;
  }
  if ((pattern === undefined) === (words === undefined)) tree.report(at, 'expected either pattern or words beside name');
  if (typeof name !== 'string') return null;
  if (!isKindName(name) || BUILT_IN_KINDS.some((known) => known === name) || name === 'LITERAL_TEXT') {
    tree.report([...at, 'name'], 'expected capitals, digits and "_", ending in a letter (at most 32), and no built-in kind');
    return null;
  }
  if (typeof pattern === 'string' && pattern !== '') tryOut(tree, [...at, 'pattern'], () => patternDetector(name, pattern));
  return name;
}

function checkGuardrails(tree: Tree, path: Path, guardrails: readonly unknown[]): void {
  for (const [index, guardrail] of guardrails.entries()) {
    if (!isRawMap(guardrail)) continue;
    const { kind, pattern, schema } = guardrail;
    if (kind === 'pattern' && typeof pattern === 'string' && pattern !== '') tryOut(tree, [...path, index, 'pattern'], () => patternDetector('of the guardrail', pattern));
    if (kind === 'jsonSchema' && isRawMap(schema)) tryOut(tree, [...path, index, 'schema'], () => findMisfit(schema));
  }
}

/** What only those who use it can tell. */
function tryOut(tree: Tree, at: Path, make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof MaskingError)) throw error;
    tree.report(at, error.message);
  }
}

/** What a variable holds is not shown. */
function shown(tree: Tree, path: Path, name: string): string {
  return tree.reference(path)?.fromEnv === true ? 'of the name that the reference gives' : JSON.stringify(name.slice(0, 128));
}
