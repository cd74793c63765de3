import { afterEach as vitestAfterEach } from 'vitest';

export { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi as jest } from 'vitest';

type Hook = (() => unknown) | ((done: () => void) => void);

/** As Jest has it: a hook with a parameter is over when it calls that. */
export function afterEach(hook: Hook): void {
  vitestAfterEach(async () => {
    if (hook.length === 0) await (hook as () => unknown)();
    else await new Promise<void>((done) => void (hook as (done: () => void) => void)(done));
  });
}
