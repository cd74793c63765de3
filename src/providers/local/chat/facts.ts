import type { GroundingText } from '../../../canonical/chat.ts';
import { EMOTIONS, type EmotionName } from '../../../canonical/results.ts';

export interface ReceiptFacts {
  merchant: string | null;
  /** ISO 8601 date. */
  date: string | null;
  total: number | null;
  currency: string | null;
  items: { description: string; quantity: number | null; amount: number | null }[];
}

const LEAST_CONFIDENCE = 0.35;

/** What the grounding says, as far as it is of a kind that a reply has words for. */
export interface Facts {
  mood: 'POSITIVE' | 'NEGATIVE' | 'NEUTRAL' | 'MIXED' | null;
  /** Strongest first. */
  emotions: EmotionName[];
  receipts: ReceiptFacts[];
  /** How many pictures were looked at by a vision model. */
  pictures: number;
  /** Things seen in pictures. */
  objects: string[];
  /** Text to look for an answer in: knowledge, documents, the text of pictures. */
  passages: { source: string; text: string }[];
}

/** Reads the grounding of the composite (`operations/composite/grounding.ts`) and plain texts beside it. */
export function readFacts(grounding: readonly GroundingText[]): Facts {
  const facts: Facts = { mood: null, emotions: [], receipts: [], pictures: 0, objects: [], passages: [] };
  for (const { source, text } of grounding) {
    if (source === 'SENTIMENT') readMood(text, facts);
    else if (source === 'VISION') readPicture(text, facts);
    else facts.passages.push({ source, text });
  }
  return facts;
}

function readMood(text: string, facts: Facts): void {
  const confidence = /\bconfidence (\d(?:\.\d+)?)/.exec(text)?.[1];
  // A guess is no ground to be sorry or glad.
  if (confidence !== undefined && Number(confidence) < LEAST_CONFIDENCE) return;
  const label = /\b(positive|negative|neutral|mixed)\b/i.exec(text)?.[1]?.toUpperCase();
  if (label === 'POSITIVE' || label === 'NEGATIVE' || label === 'NEUTRAL' || label === 'MIXED') facts.mood = label;
  const named = EMOTIONS.map((name) => ({ name, at: text.toUpperCase().indexOf(name) })).filter(({ at }) => at >= 0);
  facts.emotions = named.sort((a, b) => a.at - b.at).map(({ name }) => name);
}

function readPicture(text: string, facts: Facts): void {
  facts.pictures++;
  const [about = '', content = ''] = text.split(/^Text in it:\n/m);
  const receipt = parseLine(/^It is a receipt or an invoice: (\{.*\})$/m.exec(about)?.[1]);
  if (receipt !== null) {
    const items = [...about.matchAll(/^Item: (\{.*\})$/gm)].map((match) => parseLine(match[1]));
    facts.receipts.push({
      merchant: string(receipt['merchant']),
      date: string(receipt['date']),
      total: number(receipt['total']),
      currency: string(receipt['currency']),
      items: items.flatMap((item) => {
        const description = string(item?.['description']);
        if (description === null) return [];
        return [{ description, quantity: number(item?.['quantity']), amount: number(item?.['amount']) }];
      }),
    });
  }
  const objects = /^Things in it: (.*)\.$/m.exec(about)?.[1];
  if (objects !== undefined) facts.objects.push(...objects.split(', '));
  const description = /^It shows: (.*)$/m.exec(about)?.[1];
  if (description !== undefined) facts.passages.push({ source: 'VISION', text: description });
  if (content.trim() !== '') facts.passages.push({ source: 'VISION', text: content });
}

function parseLine(json: string | undefined): Record<string, unknown> | null {
  if (json === undefined) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function string(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
