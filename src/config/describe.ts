import type { z } from 'zod';
import { type KnownKeys, knownKeys } from './known-keys.ts';
import type { Path } from './problem.ts';
import { isGuardrailSecret } from './schema/guardrails.ts';
import { isSecret } from './schema/providers.ts';
import { listOf, nearest } from './suggest.ts';
import { isRawMap, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** Turns what the schema found into problems: what is wrong, what was expected, what was probably meant. */
export function reportIssue(tree: Tree, issue: Issue): void {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const reference = tree.reference(path);
  // What could not be filled in has been reported already.
  if (reference !== null && (reference.unset.length > 0 || reference.malformed.length > 0)) return;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path, issue.input);
      for (const key of issue.keys) reportUnknownKey(tree, path, key, known);
      return;
    }
    case 'invalid_type':
      return reportType(tree, path, issue);
    case 'invalid_value':
      return reportChoice(tree, path, issue.values.map(String), issue.input);
    case 'invalid_union':
      if (issue.discriminator !== undefined && 'options' in issue && Array.isArray(issue.options)) {
        return reportChoice(tree, path, issue.options.map(String), tree.at(path));
      }
      if (reportBranch(tree, issue)) return;
      break;
    case 'invalid_key':
      return tree.report(path, issue.issues[0]?.message ?? issue.message, { at: 'key' });
    case 'too_small':
    case 'too_big':
      return reportSize(tree, path, issue);
    default:
  }
  tree.report(path, issue.input === null ? `is empty; ${issue.message}` : issue.message);
}

/** Of alternatives of different types, what is wrong with the one that the file has tried. */
function reportBranch(tree: Tree, issue: Extract<Issue, { code: 'invalid_union' }>): boolean {
  const tried = issue.errors.filter((errors) => errors.every(({ code, path }) => code !== 'invalid_type' || path.length > 0));
  const [branch, ...others] = tried;
  if (branch === undefined || others.length > 0 || !(isRawMap(issue.input) || Array.isArray(issue.input))) return false;
  for (const error of branch) reportIssue(tree, { ...error, path: [...issue.path, ...error.path] });
  return true;
}

function reportUnknownKey(tree: Tree, path: Path, key: string, known: KnownKeys): void {
  if (tree.full) return;
  const below = known.below(key);
  const suggestion = below === undefined ? nearest(key, known.here) : undefined;
  const list = suggestion === undefined && known.here.length > 0 ? `; known here: ${known.here.join(', ')}` : '';
  tree.report([...path, key], `unknown key ${JSON.stringify(key)}${below === undefined ? list : `; it goes into ${below}`}`, { suggestion, at: 'key' });
}

function reportType(tree: Tree, path: Path, issue: Extract<Issue, { code: 'invalid_type' }>): void {
  const expected = EXPECTED[issue.expected] ?? issue.expected;
  if (issue.input === undefined) return tree.report(path, `${JSON.stringify(path.at(-1))} is missing here (${expected})`);
  const quotes = issue.expected === 'string' && typeof issue.input !== 'object' ? '; put it in quotes' : '';
  tree.report(path, `expected ${expected}, ${found(tree, path, issue.input)}${quotes}`);
}

function reportChoice(tree: Tree, path: Path, values: readonly string[], input: unknown): void {
  const choice = listOf(values);
  if (input === undefined) return tree.report(path, `${JSON.stringify(path.at(-1))} is missing here (${choice})`);
  const suggestion = typeof input === 'string' && tree.reference(path) === null ? nearest(input, values) : undefined;
  tree.report(path, `expected ${choice}, ${found(tree, path, input)}`, { suggestion });
}

function reportSize(tree: Tree, path: Path, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): void {
  const [limit, bound] = issue.code === 'too_small' ? [Number(issue.minimum), 'least'] : [Number(issue.maximum), 'most'];
  if (issue.origin === 'array') return tree.report(path, limit === 1 ? 'the list is empty' : `the list has too many entries; at ${bound} ${limit}`, { at: 'key' });
  if (issue.origin === 'string') return tree.report(path, limit === 1 ? 'is empty' : `is too long; at ${bound} ${limit} letters`);
  tree.report(path, issue.inclusive === false ? `must be more than ${limit}` : `must be at ${bound} ${limit}`);
}

/** What the file has, in words. What comes from the environment is not shown. */
function found(tree: Tree, path: Path, value: unknown): string {
  if (isSecret(path) || isGuardrailSecret(path)) return 'found something else';
  return tree.reference(path)?.fromEnv === true ? 'and the reference gives something else' : `found ${kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object') return 'a map';
  return `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
