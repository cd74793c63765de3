import { KanonError } from '../canonical/errors.ts';
import { ConfigError } from '../config/errors.ts';
import { CommandLineError } from './options.ts';

const USAGE = `Kanon, an AI gateway that speaks GraphQL.

Usage: kanon <command> [options]

  serve   Serve.             --config FILE --port N --host H --data DIR --dev
  demo    Show the main job. --lang en|de --keep
  check   Check a config.    --config FILE
  explain Say where a chat request would go. FILE.json --config FILE [--app A] [--user U] [--team T] [--policy P] [--region R] [--json]
  export  calls | usage      --from DATE --to DATE --app A --by app,model,day --format csv|ndjson --data DIR
  keys    create --app A --scopes a,b [--user U] [--team T] [--expires 90d]
          [--policy P] [--models m,n] [--from 10.0.0.0/8] | list | revoke NAME   --data DIR
  documents register FILE | list | remove ID      Documents that are executed by their ids.   --data DIR
  audit   Who did what, and who was refused. --first N --data DIR

Environment: PORT, HOST, KANON_DATA, KANON_ADMIN_KEY, KANON_SECRET, DATABASE_URL, REDIS_URL, and whatever the config names.`;

type Command = (args: string[], env: NodeJS.ProcessEnv) => Promise<number>;

/** Each command is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  demo: async () => (await import('./demo/demo.ts')).demo,
  check: async () => (await import('./check.ts')).check,
  explain: async () => (await import('./explain.ts')).explain,
  audit: async () => (await import('./audit.ts')).audit,
  export: async () => (await import('./export.ts')).exportRecords,
  documents: async () => (await import('./documents.ts')).documents,
  keys: async () => (await import('./keys.ts')).keys,
};

/**
 * Runs a command.
 * @returns the exit code: 0 good, 1 failed, 2 the command line is wrong
 */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(USAGE);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    console.error(`There is no command "${name}".\n\n${USAGE}`);
    return 2;
  }
  try {
    return await (await load())(args, env);
  } catch (error) {
    if (error instanceof CommandLineError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof ConfigError || error instanceof KanonError) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}
