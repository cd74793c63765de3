/**
 * What the guardrail `topics` finds in labelled sentences, by threshold: `node bench/guardrails/topics/topics.ts [practice|held-out] [examples at threshold]`.
 * Choose on `practice` alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalModels } from '../../src/local-models.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { evaluate, labelled, remembering, tableOf, topicsOf } from '../../test/policy/guardrails/topics/evaluate.ts';

const [set = 'practice', shown] = process.argv.slice(2);
const THRESHOLDS = [0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7];

const folder = await mkdtemp(join(tmpdir(), 'kanon-topics-'));
const local = new LocalModels({ dataDir: folder, log: createLog('warn'), configured: () => undefined });
const embed = remembering(local.embed);
const topics = await topicsOf();
for (const language of ['en', 'de']) {
  const sentences = await labelled(set, language);
  const outcomes = [];
  for (const threshold of THRESHOLDS) outcomes.push(await evaluate(sentences, topics, threshold, embed));
  console.log(`\n${set}, ${language}\n${tableOf(outcomes)}`);
  for (const { threshold, missed, wrong } of outcomes) if (String(threshold) === shown) console.log(['missed', ...missed, 'taken for one', ...wrong].join('\n  '));
}
await local.close();
await rm(folder, { recursive: true, force: true });
