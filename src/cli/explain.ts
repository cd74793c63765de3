import { readFile } from 'node:fs/promises';
import { coerceInputValue, isInputObjectType } from 'graphql';
import type { Principal } from '../canonical/call.ts';
import { InputError, KanonError } from '../canonical/errors.ts';
import { loadConfig } from '../config/load.ts';
import { buildFleet, regionsOf } from '../fleet.ts';
import type { ChatInput } from '../graphql/generated/resolvers.ts';
import { shapeOfInput } from '../graphql/inputs/explain.ts';
import { buildSchema } from '../graphql/schema.ts';
import { explainChat, type Explanation } from '../operations/explain.ts';
import { ModelCatalog } from '../routing/catalog.ts';
import { createLog } from '../telemetry/log.ts';
import { logRoutes } from '../telemetry/routing.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

/** `kanon explain request.json`: which targets a chat request would go to, in what order, why, at what cost. */
export async function explain(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseOptions(
    args,
    {
      config: { type: 'string', default: 'gateway.yaml' },
      app: { type: 'string', default: 'admin' },
      user: { type: 'string' },
      team: { type: 'string' },
      policy: { type: 'string', default: 'default' },
      region: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
    true,
  );
  const [path] = positionals;
  if (path === undefined) throw new CommandLineError('explain: name a file with the input of a chat as JSON.');
  const input = await readInput(path);
  const { config } = await loadConfig(values.config, env);
  const log = createLog('silent');
  const fleet = await buildFleet(config, { dataDir: dataDirOf(undefined, env), log, observer: logRoutes(log) });
  try {
    const catalog = new ModelCatalog(fleet.models, config.unavailableModels, regionsOf(config));
    const principal = principalOf(values);
    const context = { principal, metadata: input.metadata ?? null, residency: values.region ?? catalog.residencyOf(principal) };
    const explanation = explainChat(catalog, input.model ?? null, shapeOfInput(input), context);
    console.log(values.json ? JSON.stringify(explanation, null, 2) : textOf(explanation));
    return explanation.error === null ? 0 : 1;
  } finally {
    await fleet.close();
  }
}

/** @throws InputError when the file holds no chat input; KanonError when it cannot be read */
async function readInput(path: string): Promise<ChatInput> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new KanonError('BAD_USER_INPUT', `${path} ${why}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const type = buildSchema().getType('ChatInput');
  if (!isInputObjectType(type)) throw new KanonError('INTERNAL', 'The schema has no ChatInput.');
  const coerced: unknown = coerceInputValue(value, type, (at, _, error) => {
    throw new InputError(['input', ...at].join('.'), error.message);
  });
  // The schema has checked it: that is the type that is generated from it.
  return coerced as ChatInput;
}

function principalOf({ app, user, team, policy }: { app: string; user?: string; team?: string; policy: string }): Principal {
  return { keyId: null, app, user: user ?? null, team: team ?? null, scopes: ['*'], models: null, policy };
}

function textOf({ model, strategy, inputTokens, outputTokens, targets, error }: Explanation): string {
  const lines = targets.map(({ place, provider, targetModel, cost, reason }) => {
    const usd = cost.usd === null ? 'price unknown' : `about $${cost.usd.toFixed(6)}`;
    return `  ${place === null ? ' -' : `${place}.`.padStart(2)} ${provider}/${targetModel}  ${usd}  ${reason}`;
  });
  const head = `${model} (${strategy}): about ${inputTokens} tokens in, ${outputTokens} out.`;
  return [head, ...lines, ...(error === null ? [] : ['', `${error.code}: ${error.message}`])].join('\n');
}
