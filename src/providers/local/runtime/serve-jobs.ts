import { writeFileSync } from 'node:fs';
import { type HostMessage, isMessage, toWire, type WorkerJobs, type WorkerMessage } from './protocol.ts';

/** What does each job. The signal aborts when nobody waits for the answer any more; heeding it is optional. */
export type JobHandlers<J extends WorkerJobs<J>> = {
  [K in keyof J]: (input: J[K]['input'], signal: AbortSignal) => Promise<J[K]['output']> | J[K]['output'];
};

/**
 * Serves jobs to the host that started this process. To be called once, by the child's script; the process ends
 * when the host goes away. Jobs may overlap up to the host's `concurrency`.
 */
export function serveJobs<J extends WorkerJobs<J>>(jobs: JobHandlers<J>): void {
  const running = new Map<number, AbortController>();
  const isJob = (name: string): name is keyof J & string => Object.hasOwn(jobs, name);

  const serve = async (id: number, name: string, input: unknown): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      if (!isJob(name)) throw new Error(`This worker knows no job ${name}.`);
      // The host's `run` is typed by the same J, so what arrives is what the job takes.
      const output = await jobs[name](input as J[typeof name]['input'], abort.signal);
      report({ type: 'answer', id, output, rss: process.memoryUsage.rss() });
    } catch (error) {
      report({ type: 'failure', id, error: toWire(error), rss: process.memoryUsage.rss() });
    } finally {
      running.delete(id);
    }
  };

  process.on('message', (message: unknown) => {
    if (!isMessage<HostMessage>(message, 'job', 'abort')) return;
    if (message.type === 'abort') running.get(message.id)?.abort();
    else void serve(message.id, message.job, message.input);
  });
  process.on('disconnect', () => process.exit(0));
  // A signal to the whole process group is the host's to handle: it drains first, then disconnects.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  offerToOomKiller();
  report({ type: 'ready', rss: process.memoryUsage.rss() });
}

/** Writes a line to the host's log, e.g. how far the loading of a model is. */
export function logToHost(
  level: 'debug' | 'info' | 'warn',
  fields: Record<string, string | number | boolean>,
  message: string,
): void {
  report({ type: 'log', level, fields, message });
}

function report(message: WorkerMessage): void {
  // The callback takes the error of a host that is gone; 'disconnect' ends this process right after.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** When memory runs out, Linux shall end this process and not the gateway. */
function offerToOomKiller(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '800');
  } catch {
    // Not allowed here: the kernel chooses by size, which is most often this process anyway.
  }
}
