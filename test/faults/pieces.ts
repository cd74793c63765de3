import type { Answer } from './behaviour.ts';

/** Cuts text as a vendor's tokens would: words with their leading space, at most `length` characters each. */
export function pieces(text: string, length = 12): string[] {
  return text.match(new RegExp(`\\s*\\S{1,${length}}|\\s+$`, 'gu')) ?? (text === '' ? [] : [text]);
}

/** The text of an answer in the pieces that it streams in. */
export function textPieces(answer: Answer): readonly string[] {
  if (answer.text === undefined) return answer.toolCalls || answer.blocks || answer.refusal !== undefined ? [] : ['Hello', ' from', ' the', ' fake', ' vendor.'];
  return typeof answer.text === 'string' ? pieces(answer.text) : answer.text;
}
