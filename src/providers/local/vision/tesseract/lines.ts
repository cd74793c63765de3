import type { TextLine } from '../../../../canonical/results.ts';
import { mendDigits } from '../mend-digits.ts';

/** Of Tesseract's line, what is used: confidences are 0 to 100. */
export interface RecognisedLine {
  words: readonly {
    text: string;
    confidence: number;
    bbox: { x0: number; y0: number; x1: number; y1: number };
  }[];
}

/** Words below this are specks, rules and folds that were taken for letters. */
const MIN_WORD_CONFIDENCE = 20;
/** Lines below this are noise as a whole. */
const MIN_LINE_CONFIDENCE = 0.3;

/**
 * Makes a line of the words that are words: a fold or a dashed rule becomes a "word" of low confidence, mostly at
 * the ends of a line. Null when nothing is left.
 *
 * @param scale pixels of the recognised picture for one pixel of the result
 */
export function toTextLine(line: RecognisedLine, scale: number): TextLine | null {
  const words = line.words.filter((word) => word.confidence >= MIN_WORD_CONFIDENCE && word.text.trim() !== '');
  while (isMark(words.at(-1)?.text)) words.pop();
  while (isMark(words[0]?.text)) words.shift();
  const letters = words.reduce((sum, word) => sum + word.text.length, 0);
  if (!words.some((word) => /[\p{L}\p{N}]/u.test(word.text))) return null;
  const confidence = words.reduce((sum, word) => sum + word.confidence * word.text.length, 0) / letters / 100;
  if (confidence < MIN_LINE_CONFIDENCE) return null;
  const left = Math.min(...words.map((word) => word.bbox.x0));
  const top = Math.min(...words.map((word) => word.bbox.y0));
  const right = Math.max(...words.map((word) => word.bbox.x1));
  const bottom = Math.max(...words.map((word) => word.bbox.y1));
  return {
    text: mendDigits(words.map((word) => word.text.trim()).join(' ')),
    confidence: Math.min(1, confidence),
    box: { x: left / scale, y: top / scale, width: (right - left) / scale, height: (bottom - top) / scale },
  };
}

/** Strokes and dots that a margin or a fold leaves at the ends of a line. */
function isMark(text: string | undefined): boolean {
  return text !== undefined && /^[|_.,:;'`´’‘"“”„~*+=<>\\/—–-]+$/u.test(text.trim());
}
