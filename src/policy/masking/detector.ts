import type { Span } from './span.ts';

/**
 * Finds values of one kind. Pure and synchronous, linear in the length of the text whatever it holds: every
 * quantifier is bounded, and a cheap look decides first whether there is anything to find at all.
 */
export type Detector = (text: string) => Span[];
