import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, MediaError } from '../../../../src/canonical/errors.ts';
import { UpstreamFailure } from '../../../../src/canonical/failure.ts';
import { serveJobs } from '../../../../src/providers/local/runtime/serve-jobs.ts';
import type { FixtureJobs } from './fixture-jobs.ts';

const kept: Buffer[] = [];

serveJobs<FixtureJobs>({
  echo: (input) => input,
  pid: () => process.pid,
  wait: async (ms) => {
    await sleep(ms);
    return ms;
  },
  stall: () => {
    for (;;) Math.random();
  },
  crash: () => process.abort(),
  grow: (mb) => {
    kept.push(Buffer.alloc(mb * 1_048_576, 1));
    return kept.length;
  },
  fail: (kind) => {
    if (kind === 'upstream') throw new UpstreamFailure('unsupported', 'no tools', { retryAfterMs: 7 });
    if (kind === 'media') throw new MediaError('MEDIA_TOO_LARGE', 'too large');
    if (kind === 'input') throw new InputError('input.text', 'must not be empty');
    throw new TypeError('a bug');
  },
  environment: (name) => process.env[name] ?? null,
});
