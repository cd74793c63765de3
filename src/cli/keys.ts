import { loadConfig } from '../config/load.ts';
import { openKeys } from '../ledger/keys/open-keys.ts';
import type { ApiKey, Keys } from '../ledger/ledger.ts';
import { isNetwork } from '../policy/principals/networks.ts';
import { createLog } from '../telemetry/log.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const ACTOR = 'kanon keys';

/** `kanon keys create|list|revoke`: beside a running gateway too, which sees the change within a second. */
export async function keys(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseOptions(
    args,
    {
      app: { type: 'string' },
      user: { type: 'string' },
      team: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
      policy: { type: 'string' },
      models: { type: 'string' },
      from: { type: 'string' },
      config: { type: 'string', default: 'gateway.yaml' },
      data: { type: 'string' },
    },
    true,
  );
  const [action, name] = positionals;
  const command = ACTIONS.get(action ?? '');
  if (command === undefined) throw new CommandLineError('keys: expected create, list or revoke.');
  const options = { dataDir: dataDirOf(values.data, env), databaseUrl: env['DATABASE_URL'], secret: env['KANON_SECRET'], log: createLog('warn') };
  const opened = await openKeys(options);
  try {
    await command(opened.keys, values, name, env);
    return 0;
  } finally {
    await opened.close();
  }
}

type Action = (store: Keys, options: KeyOptions, name: string | undefined, env: NodeJS.ProcessEnv) => Promise<void>;

interface KeyOptions {
  app?: string;
  user?: string;
  team?: string;
  scopes?: string;
  expires?: string;
  policy?: string;
  models?: string;
  from?: string;
  config: string;
}

async function create(store: Keys, options: KeyOptions, _: string | undefined, env: NodeJS.ProcessEnv): Promise<void> {
  const { app, user, team, scopes, expires, policy, models, from } = options;
  if (app === undefined) throw new CommandLineError('keys create: --app is missing: the application that the key is for.');
  if (scopes === undefined) throw new CommandLineError('keys create: --scopes is missing, such as --scopes chat,vision.');
  await checkNames(options, env);
  const networks = listOf(from);
  const wrong = networks?.find((network) => !isNetwork(network));
  if (wrong !== undefined) throw new CommandLineError(`--from: expected addresses or networks such as 10.0.0.0/8, found "${wrong}".`);
  const issued = await store.create(
    {
      app,
      user: user ?? null,
      team: team ?? null,
      scopes: listOf(scopes) ?? [],
      policy: policy ?? null,
      models: listOf(models),
      networks,
      expiresAt: expires === undefined ? null : new Date(Date.now() + durationOf(expires)),
    },
    ACTOR,
  );
  console.log(`The key, shown this once:\n\n  ${issued.key}\n`);
}

/** A key with a name that the config does not have would be refused, or could ask nothing. */
async function checkNames({ policy, models, config: path }: KeyOptions, env: NodeJS.ProcessEnv): Promise<void> {
  if (policy === undefined && models === undefined) return;
  const { config } = await loadConfig(path, env);
  if (policy !== undefined && !config.policies.has(policy)) {
    throw new CommandLineError(`--policy: ${path} has no policy "${policy}"; it has ${[...config.policies.keys()].join(', ')}.`);
  }
  const unknown = listOf(models)?.find((name) => !config.models.has(name) && !config.unavailableModels.has(name));
  if (unknown !== undefined) throw new CommandLineError(`--models: ${path} has no model "${unknown}"; it has ${[...config.models.keys()].join(', ')}.`);
}

/** The items of a list with commas; null where it was not given. */
function listOf(text: string | undefined): string[] | null {
  return text === undefined ? null : text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}

async function list(store: Keys): Promise<void> {
  const all = await store.list();
  if (all.length === 0) console.log('There are no keys.');
  for (const key of all) console.log([key.prefix.padEnd(8), key.app, `scopes=${key.scopes.join(',')}`, ...boundsOf(key), stateOf(key)].join('  '));
}

async function revoke(store: Keys, _: KeyOptions, name: string | undefined): Promise<void> {
  if (name === undefined) throw new CommandLineError('keys revoke: name the key by its prefix, as `keys list` shows it.');
  const key = await store.revoke(name, ACTOR);
  console.log(`The key ${key.prefix} of ${key.app} is revoked.`);
}

function boundsOf({ policy, models, networks }: ApiKey): string[] {
  const bounds: [string, string | null][] = [['policy', policy], ['models', models?.join(',') ?? null], ['from', networks?.join(',') ?? null]];
  return bounds.filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`);
}

function stateOf(key: ApiKey): string {
  if (key.revokedAt !== null) return `revoked ${key.revokedAt.toISOString()}`;
  if (key.expiresAt === null) return 'valid';
  return `${key.expiresAt.getTime() <= Date.now() ? 'expired' : 'expires'} ${key.expiresAt.toISOString()}`;
}

function durationOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  if (unitMs === undefined) throw new CommandLineError(`--expires: expected a number with m, h or d, such as 90d; found "${text}".`);
  return Number(digits) * unitMs;
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['create', create],
  ['list', list],
  ['revoke', revoke],
]);
