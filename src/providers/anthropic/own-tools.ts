import type { JsonObject } from '../../canonical/chat.ts';
import { garbled, isJsonObject, parseFields, type Fields } from '../shared/fields.ts';

/** Why a message ended: the vendor's own tools are not done, and go on when they are asked to. */
export const PAUSED = 'pause_turn';

/** The block says that a tool of the vendor's was used; others say what came of it. */
export function isUse({ type }: JsonObject): boolean {
  return typeof type === 'string' && type.endsWith('_tool_use');
}

/** What has called a tool, where it was not the model itself. */
export function callerOf(block: Fields): { caller?: JsonObject } {
  const { caller } = block;
  return isJsonObject(caller) && caller['type'] !== 'direct' ? { caller } : {};
}

/** @throws UpstreamFailure `garbled` */
export function parseInput(json: string): JsonObject {
  const input = parseFields(json);
  if (!isJsonObject(input)) throw garbled('the input of a tool');
  return input;
}
