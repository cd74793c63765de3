import type { Config, ModelConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { loadConfig } from './load.ts';

export interface CheckReport {
  /** False: the file is refused, and a command that checks it should exit with 1. */
  ok: boolean;
  /** For a person, without a line end. */
  text: string;
}

/** What `kanon check` prints: what comes of the file, or all that is wrong with it. Throws nothing for a bad file. */
export async function checkConfig(path: string, env: NodeJS.ProcessEnv): Promise<CheckReport> {
  try {
    const { config, notices } = await loadConfig(path, env);
    const lines = notices.map((notice) => `${path}:${notice.line}:${notice.column} ${notice.path}: ${notice.message}`);
    return { ok: true, text: [`${path} is fine.`, '', ...describeModels(config), ...(lines.length > 0 ? ['', 'Notices:', ...lines] : [])].join('\n') };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const count = error.problems.length;
    return { ok: false, text: `${error.message}\n\n${count} ${count === 1 ? 'problem' : 'problems'} in ${path}.` };
  }
}

function describeModels(config: Config): string[] {
  const models = [...config.models.values()];
  const width = Math.max(0, ...models.map(({ name }) => name.length), ...[...config.unavailableModels.keys()].map((name) => name.length));
  const seen = new Set<string>();
  const lines = models.map((model) => {
    const first = !seen.has(model.operation);
    seen.add(model.operation);
    return `  ${model.name.padEnd(width)}  ${model.operation.toLowerCase().padEnd(9)}  ${describeTargets(model)}${first ? '  (default)' : ''}`;
  });
  for (const name of config.unavailableModels.keys()) lines.push(`  ${name.padEnd(width)}  cannot be used`);
  return lines.length === 0 ? [] : ['Models:', ...lines];
}

const JOINTS: Readonly<Record<string, string>> = { priority: ', then ', race: ' and at once ' };

function describeTargets(model: ModelConfig): string {
  const name = ({ provider, model }: { provider: string; model: string }): string => `${provider}/${model}`;
  if (model.kind === 'route') return model.targets.map(name).join(JOINTS[model.route.strategy] ?? ', or ');
  return model.ensemble.of.map((member) => (member.weight === 1 ? name(member) : `${name(member)} x${member.weight}`)).join(' + ');
}
