import { createHash } from 'node:crypto';
import type { Finding, Found, GuardContext } from './guardrail.ts';
import { finding } from './words.ts';

/** So many words in a row that an answer shares with the instructions are no chance. */
const RUN = 8;
const WORD = /[\p{L}\p{M}\p{N}]{1,64}/gu;

/** Finds passages of the application's own instructions in an answer: word by word, whatever stands between the words. */
export function findSystemPrompt(): (text: string, context: GuardContext) => Finding | null {
  // By the context, so that a stream does not read the instructions again with each piece.
  const known = new WeakMap<GuardContext, ReadonlySet<string>>();
  return (text, context) => {
    const runs = known.get(context) ?? new Set(context.systemTexts.flatMap((system) => runsOf(system).map(({ hash }) => hash)));
    known.set(context, runs);
    if (runs.size === 0) return null;
    const spans: Found[] = runsOf(text).filter(({ hash }) => runs.has(hash));
    return finding('it repeats the instructions of the application', spans);
  };
}

function runsOf(text: string): (Found & { hash: string })[] {
  const words = [...text.matchAll(WORD)].map((match) => ({ text: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length }));
  const runs: (Found & { hash: string })[] = [];
  for (let at = 0; at + RUN <= words.length; at += 1) {
    const run = words.slice(at, at + RUN);
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    const hash = createHash('sha1').update(run.map((word) => word.text).join(' ')).digest('base64');
    runs.push({ start: first.start, end: last.end, hash });
  }
  return runs;
}
