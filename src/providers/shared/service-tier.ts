/** Longest word that is kept. */
const LONGEST = 64;

/** What a vendor says of how it has served a request; nothing where it says nothing. */
export function tierOf(said: unknown): { serviceTier?: string } {
  return typeof said === 'string' && said !== '' ? { serviceTier: said.slice(0, LONGEST) } : {};
}
