import { checkConfig } from '../config/report.ts';
import { parseOptions } from './options.ts';

/** `kanon check`: says what comes of a config, or all that is wrong with it. */
export async function check(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseOptions(args, { config: { type: 'string', default: 'gateway.yaml' } });
  const { ok, text } = await checkConfig(values.config, env);
  console.log(text);
  return ok ? 0 : 1;
}
