import {
  EMOTIONS,
  type Emotion,
  type SentimentLabel,
  type SentimentReading,
} from '../../canonical/results.ts';
import { onSide } from './side.ts';

/** One backend's reading, and how much its voice counts: the weight that the config gives its target. */
export interface SentimentMember {
  /** Above 0. */
  weight: number;
  reading: SentimentReading;
}

/** What the members say together. Usage and warnings are the members' own and are not merged here. */
export interface MergedSentiment extends Omit<SentimentReading, 'usage' | 'warnings'> {
  /** 0 (they contradict each other) to 1 (they say the same). */
  agreement: number;
}

/**
 * Merges readings by a weighted vote. A voice counts weight times confidence: a member that is not sure is outvoted
 * by one that is. The label is that of the most votes, at a tie the one that is nearer to the mean score; the score is
 * the mean, moved to the side of the label where it lies on another; an emotion is the mean over the members that can
 * tell emotions.
 * @throws RangeError without members.
 */
export function mergeSentiment(members: readonly SentimentMember[]): MergedSentiment {
  if (members.length === 0) throw new RangeError('There are no readings to merge.');
  const voices = members.map(({ weight, reading }) => ({ voice: weight * Math.max(reading.confidence, 1e-6), reading }));
  const total = voices.reduce((sum, { voice }) => sum + voice, 0);
  const share = (of: (reading: SentimentReading) => number): number =>
    voices.reduce((sum, { voice, reading }) => sum + voice * of(reading), 0) / total;

  const mean = share((reading) => reading.score);
  const label = elect(share, mean, members);
  const together = share((reading) => (reading.label === label ? 1 : 0));
  const spread = share((reading) => Math.abs(reading.score - mean));
  return {
    label,
    score: onSide(label, mean),
    // How sure those are who chose the label, less the voices that chose another.
    confidence: share((reading) => (reading.label === label ? reading.confidence : 0)),
    emotions: mergeEmotions(members),
    language: electLanguage(members),
    // The mean distance from the mean is at most 1, half of the scale.
    agreement: (together + (1 - Math.min(1, spread))) / 2,
  };
}

function elect(
  share: (of: (reading: SentimentReading) => number) => number,
  score: number,
  members: readonly SentimentMember[],
): SentimentLabel {
  const labels = [...new Set(members.map(({ reading }) => reading.label))];
  const votes = labels.map((label) => ({ label, votes: share((reading) => (reading.label === label ? 1 : 0)) }));
  votes.sort((a, b) => b.votes - a.votes || distance(a.label, score) - distance(b.label, score));
  return votes[0]?.label ?? 'NEUTRAL';
}

function distance(label: SentimentLabel, score: number): number {
  const place = label === 'POSITIVE' ? 1 : label === 'NEGATIVE' ? -1 : 0;
  return Math.abs(place - score);
}

function mergeEmotions(members: readonly SentimentMember[]): Emotion[] {
  const telling = members.filter(({ reading }) => reading.emotions.length > 0);
  const total = telling.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [];
  const score = (name: Emotion['name'], reading: SentimentReading): number =>
    reading.emotions.find((emotion) => emotion.name === name)?.score ?? 0;
  return EMOTIONS.map((name) => ({
    name,
    score: telling.reduce((sum, { weight, reading }) => sum + weight * score(name, reading), 0) / total,
  }))
    .filter((emotion) => emotion.score > 0)
    .sort((a, b) => b.score - a.score);
}

function electLanguage(members: readonly SentimentMember[]): string | null {
  const votes = new Map<string, number>();
  for (const { weight, reading } of members) {
    if (reading.language !== null) votes.set(reading.language, (votes.get(reading.language) ?? 0) + weight);
  }
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
