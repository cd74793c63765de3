import { EMOTIONS, type SentimentLabel, type SentimentReading } from '../../../canonical/results.ts';
import type { Embedding } from '../embed/minilm.ts';
import { readFeatures } from './features.ts';
import type { SentimentHead } from './head.ts';
import { chooseLanguage, type SentimentLanguage } from './language.ts';
import type { LexiconPack, ValenceSums } from './lexicon/valence.ts';
import { weigh } from './lexicon/valence.ts';

export type LexiconPacks = Record<SentimentLanguage, LexiconPack>;
type Draft = Omit<SentimentReading, 'usage'>;

const NOT_OURS = 'The language is neither English nor German: read as English.';
/** Weaker emotions are noise. */
const LEAST_EMOTION = 0.05;

/** Reads the mood of a text by the lexicon alone. */
export function readByLexicon(text: string, said: string | null, packs: LexiconPacks): Draft {
  const language = chooseLanguage(text, said);
  const sums = weigh(text, packs[language === 'und' ? 'en' : language]);
  const { label, confidence } = judge(sums);
  return {
    label,
    score: sums.compound,
    confidence,
    emotions: [],
    language: language === 'und' ? null : language,
    warnings: language === 'und' ? [NOT_OURS] : [],
  };
}

/**
 * VADER's own bounds are ±0.05; a lone weak word is not yet a mood here. The confidences are how often the training
 * sentences bear the lexicon out: its negative words more often than its positive ones, which are also said in irony.
 */
function judge(sums: ValenceSums): { label: SentimentLabel; confidence: number } {
  const { compound, positive, negative, hits } = sums;
  if (Math.min(positive, negative) > 1.5 && Math.abs(compound) < 0.35) return { label: 'MIXED', confidence: 0.25 };
  // Words without valence say little: a complaint can be all facts.
  if (Math.abs(compound) < 0.2) return { label: 'NEUTRAL', confidence: hits === 0 ? 0.25 : 0.2 };
  if (compound > 0) return { label: 'POSITIVE', confidence: Math.min(0.95, 0.3 + 0.78 * compound) };
  return { label: 'NEGATIVE', confidence: Math.min(0.95, 0.5 - 0.72 * compound) };
}

/** Reads mood and emotions by MiniLM's embedding of the text and the trained head. */
export function readByHead(
  text: string,
  said: string | null,
  parts: { packs: LexiconPacks; head: SentimentHead; embedding: Embedding },
): Draft {
  const language = chooseLanguage(text, said);
  const read = language === 'und' ? 'en' : language;
  const features = readFeatures(text, read, parts.embedding, weigh(text, parts.packs[read]));
  const { labels, emotions } = parts.head.answer(features);
  const label = strongest(labels);
  const warnings = language === 'und' ? [NOT_OURS] : [];
  if (parts.embedding.cut) warnings.push('The text is longer than 256 tokens: its rest was read by its words only.');
  return {
    label,
    score: labels.POSITIVE - labels.NEGATIVE,
    confidence: labels[label],
    emotions: EMOTIONS.map((name) => ({ name, score: round(emotions[name]) }))
      .filter(({ score }) => score >= LEAST_EMOTION)
      .sort((a, b) => b.score - a.score),
    language: language === 'und' ? null : language,
    warnings,
  };
}

function strongest(labels: Record<SentimentLabel, number>): SentimentLabel {
  let best: SentimentLabel = 'NEUTRAL';
  for (const label of ['POSITIVE', 'NEGATIVE', 'NEUTRAL', 'MIXED'] as const) if (labels[label] > labels[best]) best = label;
  return best;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

