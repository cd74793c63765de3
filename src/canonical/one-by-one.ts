/** What travels in batches, piece by piece. Stopping it stops the batches. */
export async function* oneByOne<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) for (const piece of batch) yield piece;
}
