/** Milliseconds of CPU for which a yardstick is repeated: the clock of a thread may tick every 4 ms. */
const LEAST_MS = 16;
/** Tries: a collection of garbage, or another process in the caches, spoils one of them and not all. */
const TRIES = 6;

type Work = () => unknown;

/** Milliseconds of this thread's own CPU that a run takes, whatever else the machine does. */
export async function cpuMs(work: Work): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The same, as the mean of as many runs as make it exact, after one that warms up. */
async function meanCpuMs(work: Work): Promise<number> {
  await work();
  let total = 0;
  let runs = 0;
  while (total < LEAST_MS) {
    total += await cpuMs(work);
    runs += 1;
  }
  return total / runs;
}

/**
 * How many times the CPU of the dearest of some yardsticks a piece of work takes, all measured side by side: so a slow
 * or busy machine changes nothing. The least of a few tries; one that is within `limit` is enough.
 */
export async function leastRatio(limit: number, work: Work, ...yardsticks: readonly Work[]): Promise<number> {
  let least = Infinity;
  for (let left = TRIES; left > 0 && least > limit; left -= 1) {
    let base = 0;
    for (const yardstick of yardsticks) base = Math.max(base, await meanCpuMs(yardstick));
    least = Math.min(least, (await cpuMs(work)) / base);
  }
  return least;
}
