import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** Clock ticks of the kernel in a second; 100 on every Linux that Node runs on. */
const TICKS = 100;

export interface ServerOptions {
  name: string;
  command: string;
  args: readonly string[];
  port: number;
  env?: Record<string, string>;
  cwd?: string;
}

/** A server in a process of its own, whose CPU and memory can be read (Linux). */
export class ServerProcess implements AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(name: string, port: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.#child = child;
  }

  /** Starts it and waits until its port answers. @throws Error when it does not within 30 s */
  static async start({ name, command, args, port, env = {}, cwd }: ServerOptions): Promise<ServerProcess> {
    const child = spawn(command, [...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let stderr = '';
    child.stderr?.on('data', (data) => {
      stderr = (stderr + String(data)).slice(-4_000);
    });
    const until = performance.now() + 30_000;
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() > until) {
        child.kill('SIGKILL');
        throw new Error(`${name} does not start: ${stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return new ServerProcess(name, port, child);
  }

  /** CPU that the process has used so far, all its threads, in ms. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
  }

  /** Resident memory in MB. */
  rssMb(): number {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1_024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3_000);
    await closed;
    clearTimeout(timer);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
