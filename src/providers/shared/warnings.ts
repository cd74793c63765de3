import type { ChatChunk } from '../../canonical/chat.ts';

/**
 * Puts what the caller should know before the finish. Not at the beginning: the first event of an answer says that
 * the vendor has begun to answer, and the route goes by it.
 */
export function withWarnings(chunks: ChatChunk[], warnings: readonly string[]): ChatChunk[] {
  if (warnings.length === 0 || chunks.at(-1)?.type !== 'finish') return chunks;
  return [...chunks.slice(0, -1), ...warnings.map((message): ChatChunk => ({ type: 'warning', message })), ...chunks.slice(-1)];
}
