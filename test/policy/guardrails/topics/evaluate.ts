import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { findTopics, type Embed, type Topic } from '../../../../src/policy/guardrails/topics/topics.ts';

/** What a threshold finds in labelled sentences. */
export interface Outcome {
  threshold: number;
  /** Of the sentences about a topic, those that were found. */
  found: number;
  about: number;
  /** Of the sentences about none, those that were taken for one. */
  wrong: string[];
  others: number;
  missed: string[];
}

interface Labelled {
  /** `-` for none. */
  topic: string;
  text: string;
}

/** Sentences of `practice` or `held-out`. */
export async function labelled(set: string, language: string): Promise<Labelled[]> {
  const lines = (await readFile(new URL(`${set}.${language}.txt`, import.meta.url), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [topic = '', text = ''] = line.split('\t');
    return { topic, text };
  });
}

export async function topicsOf(): Promise<Topic[]> {
  return parse(await readFile(new URL('topics.yaml', import.meta.url), 'utf8')) as Topic[];
}

/** Each text is embedded once, however often it is asked for. */
export function remembering(embed: Embed): Embed {
  const known = new Map<string, Float32Array>();
  return async (texts, signal) => {
    const unknown = [...new Set(texts)].filter((text) => !known.has(text));
    const vectors = unknown.length === 0 ? [] : await embed(unknown, signal);
    for (const [index, text] of unknown.entries()) known.set(text, vectors[index] ?? new Float32Array());
    return texts.map((text) => known.get(text) ?? new Float32Array());
  };
}

/** Judges every sentence by the guardrail itself. */
export async function evaluate(sentences: readonly Labelled[], topics: readonly Topic[], threshold: number, embed: Embed): Promise<Outcome> {
  const find = findTopics(topics, threshold, embed);
  const outcome: Outcome = { threshold, found: 0, about: 0, wrong: [], others: 0, missed: [] };
  for (const { topic, text } of sentences) {
    const found = await find([text], AbortSignal.timeout(60_000));
    if (topic === '-') {
      outcome.others += 1;
      if (found !== null) outcome.wrong.push(`${text} (${found.reason})`);
    } else {
      outcome.about += 1;
      if (found === null) outcome.missed.push(`${topic}: ${text}`);
      else outcome.found += 1;
    }
  }
  return outcome;
}

/** The outcomes as a table in Markdown. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ threshold, found, about, wrong, others }) => `| ${threshold.toFixed(2)} | ${found} of ${about} | ${wrong.length} of ${others} |`);
  return ['| threshold | found | taken for one |', '|---|---|---|', ...rows].join('\n');
}
