import { EMOTIONS, type EmotionName, type SentimentLabel, type SentimentReading } from '../../../canonical/results.ts';
import type { Embedding } from '../embed/minilm.ts';
import { readFeatures } from './features.ts';
import type { SentimentHead } from './head.ts';
import { chooseLanguage, isOurs, type SentimentLanguage } from './language.ts';
import type { LexiconPack, ValenceSums } from './lexicon/valence.ts';
import { weigh } from './lexicon/valence.ts';

export type LexiconPacks = Record<SentimentLanguage, LexiconPack>;
type Draft = Omit<SentimentReading, 'usage'>;

/** Weaker emotions are noise. */
const LEAST_EMOTION = 0.05;
/** How much the head counts beside the lexicon for texts of 0, 1, 2... words: its training sentences are longer. */
const TRUST_BY_WORDS = [0, 0.2, 0.35, 0.6, 0.85];
/** Where the lexicon knows a turn of phrase, or sees praise and blame side by side. */
const TRUST = { idioms: 0.2, opposed: 0.5 };
/** No more than this of a language that neither was made for. */
const MOST_CONFIDENCE_ABROAD = 0.3;

/** Reads the mood of a text by the lexicon alone. */
export function readByLexicon(text: string, said: string | null, packs: LexiconPacks): Draft {
  const { language, read, warnings } = findLanguage(text, said, packs);
  const sums = weigh(text, packs[read]);
  if (saysNothing(text, sums)) return nothing(language);
  const { label, confidence } = judge(sums);
  return temper({ label, score: scoreOf(label, sums), confidence, emotions: [], language, warnings });
}

/**
 * VADER's own bounds are ±0.05; a lone weak word is not yet a mood here. The confidences are how often the training
 * sentences bear the lexicon out: its negative words more often than its positive ones, which are also said in irony.
 */
function judge(sums: ValenceSums): { label: SentimentLabel; confidence: number } {
  const { compound, positive, negative, hits, opposed } = sums;
  if (opposed) return { label: 'MIXED', confidence: 0.6 };
  if (Math.min(positive, negative) > 1.5 && Math.abs(compound) < 0.35) return { label: 'MIXED', confidence: 0.25 };
  // Words without valence say little: a complaint can be all facts.
  if (Math.abs(compound) < 0.2) return { label: 'NEUTRAL', confidence: hits === 0 ? 0.25 : 0.2 };
  if (compound > 0) return { label: 'POSITIVE', confidence: Math.min(0.95, 0.3 + 0.78 * compound) };
  return { label: 'NEGATIVE', confidence: Math.min(0.95, 0.5 - 0.72 * compound) };
}

/** What follows a "but" would pull the score of a mixed text to its own side. */
function scoreOf(label: SentimentLabel, { compound, opposed }: ValenceSums): number {
  return label === 'MIXED' && opposed ? compound / 2 : compound;
}

/** Reads mood and emotions by MiniLM's embedding of the text and the trained head. */
export function readByHead(
  text: string,
  said: string | null,
  parts: { packs: LexiconPacks; head: SentimentHead; embedding: Embedding },
): Draft {
  const { language, read, warnings } = findLanguage(text, said, parts.packs);
  const sums = weigh(text, parts.packs[read]);
  if (saysNothing(text, sums)) return nothing(language);
  const answer = parts.head.answer(readFeatures(text, read, parts.embedding, sums));
  const trust = trustInHead(text, sums);
  const labels = blend(answer.labels, sums, trust);
  const label = strongest(labels);
  if (parts.embedding.cut) warnings.push('The text is longer than 256 tokens: its rest was read by its words only.');
  return temper({
    label,
    score: labels.POSITIVE - labels.NEGATIVE,
    confidence: labels[label],
    emotions: EMOTIONS.map((name) => ({ name, score: round(answer.emotions[name] * Math.max(trust, 0.3)) }))
      .filter(({ name, score }) => score >= LEAST_EMOTION && fits(name, label))
      .sort((a, b) => b.score - a.score),
    language,
    warnings,
  });
}

function findLanguage(
  text: string,
  said: string | null,
  packs: LexiconPacks,
): { language: SentimentLanguage | null; read: SentimentLanguage; warnings: string[] } {
  const found = chooseLanguage(text, said, packs);
  const read = found === 'und' ? 'en' : found;
  const name = read === 'de' ? 'German' : 'English';
  const warnings: string[] = [];
  if (said !== null && !isOurs(said)) warnings.push(`The language ${said} is not read here, English and German are: read as ${name}.`);
  else if (found === 'und' && /\p{L}/u.test(text)) warnings.push(`The language is neither English nor German: read as ${name}.`);
  return { language: found === 'und' ? null : found, read, warnings };
}

function saysNothing(text: string, { hits }: ValenceSums): boolean {
  return hits === 0 && !/\p{L}/u.test(text);
}

function nothing(language: SentimentLanguage | null): Draft {
  return { label: 'NEUTRAL', score: 0, confidence: 0.1, emotions: [], language, warnings: ['There are no words to read.'] };
}

function temper(draft: Draft): Draft {
  if (draft.language !== null || draft.warnings.length === 0) return draft;
  const factor = Math.min(1, MOST_CONFIDENCE_ABROAD / draft.confidence);
  return { ...draft, score: draft.score * factor, confidence: draft.confidence * factor };
}

function trustInHead(text: string, { idioms, opposed }: ValenceSums): number {
  const words = text.match(/[\p{L}\p{N}]+(?:['’-]\p{L}+)*/gu)?.length ?? 0;
  return Math.min(TRUST_BY_WORDS[words] ?? 1, idioms > 0 ? TRUST.idioms : 1, opposed ? TRUST.opposed : 1);
}

/** The head's probabilities and those that the lexicon's verdict stands for. */
function blend(head: Record<SentimentLabel, number>, sums: ValenceSums, trust: number): Record<SentimentLabel, number> {
  if (trust === 1) return head;
  const { label, confidence } = judge(sums);
  const likely = sums.hits === 0 ? 0.5 : 0.5 + 0.45 * confidence;
  const part = (of: SentimentLabel): number => trust * head[of] + (1 - trust) * (of === label ? likely : (1 - likely) / 3);
  return { POSITIVE: part('POSITIVE'), NEGATIVE: part('NEGATIVE'), NEUTRAL: part('NEUTRAL'), MIXED: part('MIXED') };
}

const GLAD: ReadonlySet<EmotionName> = new Set(['JOY', 'GRATITUDE']);

/** Where the lexicon outvoted the head, what the head felt does not fit the label any more. */
function fits(name: EmotionName, label: SentimentLabel): boolean {
  if (name === 'SURPRISE' || label === 'MIXED' || label === 'NEUTRAL') return true;
  return GLAD.has(name) === (label === 'POSITIVE');
}

function strongest(labels: Record<SentimentLabel, number>): SentimentLabel {
  let best: SentimentLabel = 'NEUTRAL';
  for (const label of ['POSITIVE', 'NEGATIVE', 'NEUTRAL', 'MIXED'] as const) if (labels[label] > labels[best]) best = label;
  return best;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
