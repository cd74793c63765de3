/**
 * What masking finds and misses on generated documents: `node bench/masking/recall.ts [practice|evaluation|second] [examples]`.
 * Tune on `practice` alone.
 */
import { documentsOf, evaluate, tableOf } from '../../test/policy/masking/documents/evaluate.ts';
import type { Miss } from '../../test/policy/masking/documents/evaluate.ts';
import { EVALUATION } from '../../test/policy/masking/documents/evaluation.ts';
import { PRACTICE } from '../../test/policy/masking/documents/practice.ts';
import { SECOND } from '../../test/policy/masking/documents/second.ts';

const [set = 'practice', examples = '0'] = process.argv.slice(2);
const templates = set === 'evaluation' ? EVALUATION : set === 'second' ? SECOND : PRACTICE;

for (const language of ['en', 'de'] as const) {
  const outcome = evaluate(documentsOf({ en: {}, de: {}, [language]: templates[language] }, 60));
  console.log(`\n${set}, ${language}, ${outcome.documents} documents\n${tableOf(outcome)}`);
  show('missed', outcome.missed);
  show('wrong', outcome.wrong);
}

function show(title: string, misses: readonly Miss[]): void {
  const byTemplate = Map.groupBy(misses, (miss) => `${miss.template}, ${miss.kind}`);
  for (const [name, group] of byTemplate) {
    if (Number(examples) > 0) console.log(`${title} in ${name}: ${group.length}`);
    for (const miss of group.slice(0, Number(examples))) console.log(`    ${miss.value}   «${miss.context}»`);
  }
}
