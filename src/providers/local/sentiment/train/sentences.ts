import { readFileSync } from 'node:fs';
import { EMOTIONS, type EmotionName, type SentimentLabel } from '../../../../canonical/results.ts';
import type { SentimentLanguage } from '../language.ts';

export interface Sentence {
  text: string;
  label: SentimentLabel;
  emotions: ReadonlySet<EmotionName>;
  language: SentimentLanguage;
}

const LABEL_SIGNS: Record<string, SentimentLabel> = { '+': 'POSITIVE', '-': 'NEGATIVE', '=': 'NEUTRAL', '~': 'MIXED' };
/** In the order of `EMOTIONS`. */
const EMOTION_LETTERS = 'AFJSEUGD';

/** Reads a file of lines `label emotions|sentence`; the emotions and the bar may be missing. */
export function readSentences(file: URL, language: SentimentLanguage): Sentence[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, sign = '', letters = '', text = ''] = /^(\S) (?:([A-Z]*)\|)?(.*)$/.exec(line) ?? [];
      const label = LABEL_SIGNS[sign];
      if (label === undefined) throw new Error(`A line without a label: ${line}`);
      const emotions = new Set(EMOTIONS.filter((_, i) => letters.includes(EMOTION_LETTERS[i] ?? '')));
      return { text, label, emotions, language };
    });
}
