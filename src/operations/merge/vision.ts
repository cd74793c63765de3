import type { VisionReading } from '../../canonical/results.ts';
import { mergeLines } from './lines.ts';
import { mergeObjects } from './objects.ts';

/** One model's reading, and how much its voice counts: the weight that the config gives its target. */
export interface VisionMember {
  name: string;
  /** Above 0. */
  weight: number;
  reading: VisionReading;
}

/** What the members say together. Usage and warnings are the members' own and are not merged here. */
export type MergedVision = Omit<VisionReading, 'usage' | 'warnings'>;

/**
 * Merges readings of one picture: text by the overlap of lines, objects by the overlap of boxes; document and
 * description are of the weightiest member that has one.
 */
export function mergeVision(members: readonly VisionMember[]): MergedVision {
  const weightiest = members.toSorted((a, b) => b.weight - a.weight);
  return {
    lines: mergeLines(members.map(({ name, weight, reading }) => ({ name, weight, lines: reading.lines }))),
    objects: mergeObjects(members.map(({ weight, reading }) => ({ weight, objects: reading.objects }))),
    document: weightiest.find(({ reading }) => reading.document !== null)?.reading.document ?? null,
    description: weightiest.find(({ reading }) => reading.description !== null)?.reading.description ?? null,
  };
}
