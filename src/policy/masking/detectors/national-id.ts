import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';
import { NATIONAL_IDS } from './national-id-forms.ts';

/** How far before a number its word may stand, in UTF-16 units. */
const CONTEXT = 48;

/** National identity, tax and insurance numbers: each by its form and its check, the weak ones by a word as well. */
export const findNationalIds: Detector = (text) => {
  const spans: Span[] = [];
  if (!/\d{2}/.test(text)) return spans;
  for (const form of NATIONAL_IDS) {
    if (form.context && form.gate !== undefined && !form.gate.test(text)) continue;
    for (const match of text.matchAll(form.pattern)) {
      const value = match.groups?.['id'] ?? match[0];
      const compact = value.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
      if (!form.check(compact)) continue;
      const end = match.index + match[0].length;
      const start = end - value.length;
      if (form.context && !form.context.test(text.slice(Math.max(0, match.index - CONTEXT), start))) continue;
      spans.push({ start, end, kind: 'NATIONAL_ID' });
    }
  }
  return spans;
};
