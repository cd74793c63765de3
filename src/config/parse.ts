import type { z } from 'zod';
import { checkSizes, checkWhole } from './check.ts';
import type { Config, Notice } from './config.ts';
import { reportIssue } from './describe.ts';
import { ConfigError } from './errors.ts';
import { hideCredentials, hideSecrets } from './redact.ts';
import { resolveConfig } from './resolve.ts';
import { isGuardrailSecret } from './schema/guardrails.ts';
import { isSecret } from './schema/providers.ts';
import { root } from './schema/root.ts';
import type { Tree } from './tree.ts';
import { readTree } from './yaml.ts';

/**
 * Reads the text of a config file.
 * @param file its name, for messages.
 * @throws ConfigError with every problem that was found.
 */
export function parseConfig(source: string, file: string, env: NodeJS.ProcessEnv): { config: Config; notices: Notice[] } {
  const tree = readTree(source, env);
  if (tree.broken) throw new ConfigError('CONFIG_SYNTAX', file, tree.problems, hideCredentials(hideSecrets(source)));
  const leftOut = findUnset(tree);
  const result = validate(tree);
  for (const issue of result.error?.issues ?? []) reportIssue(tree, issue);
  checkWhole(tree);
  if (result.success) checkSizes(tree, result.data);
  if (tree.problems.length > 0 || !result.success) {
    throw new ConfigError('CONFIG_INVALID', file, tree.problems, hideCredentials(tree.blank(source, (path) => isSecret(path) || isGuardrailSecret(path))));
  }
  return resolveConfig(result.data, leftOut, tree);
}

/** An unset variable in a provider's secret leaves the provider out; anywhere else it is a problem. */
function findUnset(tree: Tree): Map<string, string[]> {
  const leftOut = new Map<string, string[]>();
  for (const { path, reference } of tree.references()) {
    if (isSecret(path)) {
      // Set to nothing is as good as not set.
      if (reference.missing.length === 0) continue;
      const provider = String(path[1]);
      leftOut.set(provider, [...new Set([...(leftOut.get(provider) ?? []), ...reference.missing])]);
      tree.replace(path, 'left-out');
    } else {
      for (const variable of reference.unset) tree.report(path, `the variable ${variable} is not set; write \${${variable}:-default} where it may be absent`);
    }
  }
  return leftOut;
}

type Result = z.ZodSafeParseResult<z.output<typeof root>>;

/** The environment has only text; where a number or a boolean is expected, a value of it is read as one. */
function validate(tree: Tree): Result {
  const result = root.safeParse(tree.value, { reportInput: true });
  let converted = false;
  for (const issue of withinUnions(result.error?.issues ?? [])) {
    if (issue.code !== 'invalid_type' || typeof issue.input !== 'string') continue;
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (tree.reference(path)?.whole !== true) continue;
    const value = fromText(issue.input, issue.expected);
    if (value === undefined) continue;
    tree.replace(path, value);
    converted = true;
  }
  return converted ? root.safeParse(tree.value, { reportInput: true }) : result;
}

/** What is wrong with each alternative counts too. */
function withinUnions(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    return withinUnions(issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

function fromText(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}
