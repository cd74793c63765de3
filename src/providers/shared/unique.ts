/** Each text once, in the order in which they came first. */
export function unique(texts: string[]): string[] {
  return texts.length < 2 ? texts : [...new Set(texts)];
}
