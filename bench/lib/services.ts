import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of our own that can be taken away and given back. */
export interface Service extends AsyncDisposable {
  readonly url: string;
  /** Ends it as an administrator does. */
  stop(): Promise<void>;
  /** Starts it again, in the same place. */
  start(): Promise<void>;
  /** Holds all its processes: connections stay, and nothing is answered. */
  freeze(): void;
  thaw(): void;
}

/** Where Debian puts PostgreSQL's programs, by version. */
const POSTGRES_HOME = '/usr/lib/postgresql';

/** A fresh cluster in a temporary folder. Not as root, which PostgreSQL refuses: then as the user `postgres`. */
export async function startPostgres(): Promise<Service> {
  const version = readdirSync(POSTGRES_HOME).toSorted((a, b) => Number(b) - Number(a))[0];
  const bin = join(POSTGRES_HOME, version ?? '', 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'kanon-postgres-'));
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8'], { ...owner, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder];
  const service = new OwnService({ url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, folder, stopSignal: 'SIGINT', spawn: () => spawn(join(bin, 'postgres'), args, { ...owner, cwd: folder, stdio: 'ignore' }) });
  await service.start();
  return service;
}

/** A Redis that keeps nothing on disk. */
export async function startRedis(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'kanon-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const service = new OwnService({ url: `redis://127.0.0.1:${port}`, port, folder, stopSignal: 'SIGTERM', spawn: () => spawn('redis-server', args, { stdio: 'ignore' }) });
  await service.start();
  return service;
}

interface OwnOptions {
  url: string;
  port: number;
  folder: string;
  stopSignal: NodeJS.Signals;
  spawn: () => ChildProcess;
}

class OwnService implements Service {
  readonly url: string;
  readonly #options: OwnOptions;
  #child: ChildProcess | null = null;

  constructor(options: OwnOptions) {
    this.url = options.url;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#child = this.#options.spawn();
    for (let tries = 0; tries < 300; tries++) {
      if (await answers(this.#options.port)) return;
      await sleep(100);
    }
    throw new Error(`nothing answers at port ${this.#options.port}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const ended = once(child, 'exit');
    child.kill(this.#options.stopSignal);
    await ended;
  }

  freeze(): void {
    for (const pid of this.#pids()) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#pids()) process.kill(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  /** The server and its children, the server first: it then makes no new ones. */
  #pids(): number[] {
    const server = this.#child?.pid;
    if (server === undefined) return [];
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === server);
    return [server, ...children.map(Number)];
  }
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended meanwhile.
    return null;
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this form.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
