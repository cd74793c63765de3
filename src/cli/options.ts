import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** The command line is wrong; the message says where. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

/** @throws CommandLineError */
export function parseOptions<O extends ParseArgsOptionsConfig>(args: string[], options: O, allowPositionals = false) {
  try {
    return parseArgs({ args, options, allowPositionals, strict: true });
  } catch (cause) {
    throw new CommandLineError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A port from a flag or the environment. @throws CommandLineError */
export function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new CommandLineError(`--port: expected 0 to 65535, found "${text}".`);
  return port;
}

/** Where everything is kept that outlives the process. */
export function dataDirOf(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return flag ?? env['KANON_DATA'] ?? '.kanon';
}
