/** Microseconds of a clock that all processes of a machine share. */
export function microseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** A word that tells its place in the stream and when it was written. */
export function wordOf(place: number, writtenAt: number): string {
  return ` w${place}at${writtenAt}`;
}

/** @throws Error when it is none */
export function readWord(word: string): { place: number; writtenAt: number } {
  const [, place, writtenAt] = /^ w(\d+)at(\d+)$/.exec(word) ?? [];
  if (place === undefined || writtenAt === undefined) throw new Error(`not a word: ${JSON.stringify(word)}`);
  return { place: Number(place), writtenAt: Number(writtenAt) };
}
