import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../bin/kanon.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Only what a command needs: no vendor's key of whoever runs the tests. */
function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'test', ...env };
}

/** `kanon ARGS` in a process of its own, to its end. */
export async function kanon(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  const command = start(args, env);
  const code = await command.ended;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

export interface Running {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code. */
  ended: Promise<number | null>;
  /** Waits until standard output matches. @throws when the process ends before */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

/** `kanon ARGS` in a process of its own, left running. */
export function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match !== null) resolve(match);
        };
        child.stdout.on('data', look);
        void ended.then((code) => reject(new Error(`ended with ${code} before it said ${pattern}: ${stderr}`)));
        look();
      }),
  };
}
