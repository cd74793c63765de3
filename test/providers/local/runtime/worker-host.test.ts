import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AbortedError } from '../../../../src/canonical/errors.ts';
import { WorkerHost, type WorkerHostOptions } from '../../../../src/providers/local/runtime/worker-host.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import type { FixtureJobs } from './fixture-jobs.ts';

const never = new AbortController().signal;
const hosts: WorkerHost<FixtureJobs>[] = [];

function host(options: Partial<WorkerHostOptions> = {}): WorkerHost<FixtureJobs> {
  const created = new WorkerHost<FixtureJobs>({
    name: 'fixture',
    script: new URL('./fixture-worker.ts', import.meta.url),
    log: createLog('silent'),
    ...options,
  });
  hosts.push(created);
  return created;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i++) await sleep(20);
  return !isAlive(pid);
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

describe('a worker', () => {
  it('carries structured data both ways', async () => {
    const data = { vector: new Float32Array([1, 0.5]), big: 12n, nested: [{ text: 'ä€' }], at: new Date(0) };
    expect(await host().run('echo', data, never)).toEqual(data);
  });

  it('keeps one process over many jobs', async () => {
    const worker = host();
    const pids = await Promise.all([1, 2, 3].map(() => worker.run('pid', null, never)));
    expect(new Set(pids).size).toBe(1);
    expect(pids[0]).not.toBe(process.pid);
  });

  it('does not see the environment beyond paths and what it is given', async () => {
    process.env['KANON_TEST_SECRET'] = 'secret';
    const worker = host({ env: { GIVEN: 'yes' } });
    expect(await worker.run('environment', 'KANON_TEST_SECRET', never)).toBeNull();
    expect(await worker.run('environment', 'GIVEN', never)).toBe('yes');
    delete process.env['KANON_TEST_SECRET'];
  });

  it('hands errors over with their kind', async () => {
    const worker = host();
    await expect(worker.run('fail', 'upstream', never)).rejects.toMatchObject({
      name: 'UpstreamFailure',
      kind: 'unsupported',
      message: 'no tools',
      retryAfterMs: 7,
    });
    await expect(worker.run('fail', 'media', never)).rejects.toMatchObject({ name: 'MediaError', code: 'MEDIA_TOO_LARGE' });
    await expect(worker.run('fail', 'input', never)).rejects.toMatchObject({
      name: 'InputError',
      message: 'input.text: must not be empty',
      details: { field: 'input.text' },
    });
    await expect(worker.run('fail', 'plain', never)).rejects.toMatchObject({ kind: 'server', message: 'TypeError: a bug' });
  });

  it('fails the running job on a crash and serves the waiting one from a new process', async () => {
    const worker = host();
    const crash = worker.run('crash', null, never);
    const next = worker.run('echo', 'still here', never);
    await expect(crash).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await next).toBe('still here');
  });

  it('fails all who wait when it cannot start, and does not start again at once', async () => {
    const worker = host({ script: new URL('./broken-worker.ts', import.meta.url) });
    const jobs = [worker.run('echo', 1, never), worker.run('echo', 2, never)];
    for (const result of await Promise.allSettled(jobs)) expect(result).toMatchObject({ reason: { kind: 'unavailable' } });
    await expect(worker.run('echo', 3, never)).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: expect.any(Number) });
  });

  it('ends a job that takes too long, and goes on', async () => {
    const worker = host({ jobTimeoutMs: 300 });
    const before = await worker.run('pid', null, never);
    await expect(worker.run('stall', null, never)).rejects.toMatchObject({ kind: 'timeout' });
    expect(await worker.run('pid', null, never)).not.toBe(before);
    expect(await gone(before)).toBe(true);
  });

  it('refuses what its queue cannot hold, and says when to come back', async () => {
    const worker = host({ maxQueue: 2 });
    await worker.run('echo', null, never);
    const jobs = [worker.run('wait', 100, never), worker.run('wait', 1, never), worker.run('wait', 2, never)];
    await expect(worker.run('wait', 3, never)).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: expect.any(Number),
    });
    expect(await Promise.all(jobs)).toEqual([100, 1, 2]);
  });

  it('works on several jobs at once when told so', async () => {
    const worker = host({ concurrency: 2 });
    const slow = worker.run('wait', 60_000, never);
    slow.catch(() => {});
    expect(await worker.run('wait', 1, never)).toBe(1);
  });

  it('drops an aborted job that waits', async () => {
    const worker = host();
    await worker.run('echo', null, never);
    const running = worker.run('wait', 200, never);
    const abort = new AbortController();
    const waiting = worker.run('crash', null, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toBeInstanceOf(AbortedError);
    expect(await running).toBe(200);
    expect(await worker.run('echo', 'not crashed', never)).toBe('not crashed');
  });

  it('lets go of an aborted job at once, and of the process when the job does not end', async () => {
    const worker = host({ abortGraceMs: 200 });
    const before = await worker.run('pid', null, never);
    const abort = new AbortController();
    const stalled = worker.run('stall', null, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(stalled).rejects.toBeInstanceOf(AbortedError);
    expect(await worker.run('pid', null, never)).not.toBe(before);
  });

  it('keeps the process when an aborted job ends within the grace', async () => {
    const worker = host();
    const before = await worker.run('pid', null, never);
    const abort = new AbortController();
    const aborted = worker.run('wait', 100, abort.signal);
    setTimeout(() => abort.abort(), 20);
    await expect(aborted).rejects.toBeInstanceOf(AbortedError);
    expect(await worker.run('pid', null, never)).toBe(before);
  });

  it('is replaced after a job that left it too large', async () => {
    const worker = host({ maxMemoryMb: 200 });
    const before = await worker.run('pid', null, never);
    expect(await worker.run('grow', 250, never)).toBe(1);
    expect(await worker.run('pid', null, never)).not.toBe(before);
    expect(await gone(before)).toBe(true);
  });

  it('leaves no process behind when closed, and fails what was under way', async () => {
    const worker = host();
    const pid = await worker.run('pid', null, never);
    const running = worker.run('wait', 60_000, never);
    const waiting = worker.run('echo', null, never);
    const results = Promise.allSettled([running, waiting]);
    await worker.close();
    expect(isAlive(pid)).toBe(false);
    for (const result of await results) expect(result).toMatchObject({ reason: { kind: 'unavailable' } });
    await expect(worker.run('echo', null, never)).rejects.toMatchObject({ kind: 'unavailable' });
    await worker.close();
  });
});

describe('a process that has an idle worker', () => {
  const program = (tail: string): string => `
    import { WorkerHost } from ${JSON.stringify(new URL('../../../../src/providers/local/runtime/worker-host.ts', import.meta.url).href)};
    import { createLog } from ${JSON.stringify(new URL('../../../../src/telemetry/log.ts', import.meta.url).href)};
    const script = new URL(${JSON.stringify(new URL('./fixture-worker.ts', import.meta.url).href)});
    const host = new WorkerHost({ name: 'fixture', script, log: createLog('silent') });
    process.stdout.write(String(await host.run('pid', null, new AbortController().signal)));
    ${tail}`;

  async function run(tail: string, kill: boolean): Promise<{ workerPid: number; code: unknown }> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program(tail)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [pid] = await once(child.stdout, 'data');
    if (kill) child.kill('SIGKILL');
    const [code] = await exited;
    return { workerPid: Number(String(pid)), code };
  }

  it('ends by itself, and the worker with it', async () => {
    const { workerPid, code } = await run('', false);
    expect(code).toBe(0);
    expect(await gone(workerPid)).toBe(true);
  });

  it('takes the worker along when it is killed', async () => {
    const { workerPid } = await run('setInterval(() => {}, 1000);', true);
    expect(await gone(workerPid)).toBe(true);
  });
});
