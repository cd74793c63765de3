import { viewOf } from '../masking/view.ts';
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
    const runs = known.get(context) ?? new Set(context.systemTexts.flatMap((system) => runsOf(system).map(({ run }) => run)));
    known.set(context, runs);
    if (runs.size === 0) return null;
    const spans: Found[] = runsOf(text).filter(({ run }) => runs.has(run));
    return finding('it repeats the instructions of the application', spans);
  };
}

function runsOf(text: string): (Found & { run: string })[] {
  const view = viewOf(text);
  const words = [...view.text.matchAll(WORD)].map((match) => ({
    text: match[0].toLowerCase(),
    start: view.startOf(match.index),
    end: view.endOf(match.index + match[0].length),
  }));
  return words.slice(RUN - 1).map(({ end }, index) => ({
    run: words.slice(index, index + RUN).map((word) => word.text).join(' '),
    start: words[index]?.start ?? end,
    end,
  }));
}
