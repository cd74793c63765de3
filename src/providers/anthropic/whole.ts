import type { ChatChunk } from '../../canonical/chat.ts';
import { redactedSignature } from '../../canonical/redacted.ts';
import { fields, garbled, list, optionalString, string, type Fields } from '../shared/fields.ts';
import { failureOfErrorObject } from './errors.ts';
import { finishReason, refusalChunks } from './finish.ts';
import { UsageCounter } from './usage.ts';

/**
 * A whole message as the events that a stream of it would have had.
 * @param jsonTool the tool that stands for JSON output, if it was asked for
 */
export function readWhole(answer: Fields, jsonTool: string | null): ChatChunk[] {
  if (answer['type'] === 'error') throw failureOfErrorObject(answer);
  const out: ChatChunk[] = [];
  let toolCalls = 0;
  for (const value of list(answer['content'], 'content')) {
    const block = fields(value, 'a block');
    switch (block['type']) {
      case 'text': {
        const text = string(block['text'], 'text');
        if (text !== '') out.push({ type: 'text', text });
        break;
      }
      case 'thinking':
        out.push({
          type: 'reasoning',
          text: string(block['thinking'], 'thinking'),
          signature: optionalString(block['signature'], 'signature') || null,
        });
        break;
      case 'redacted_thinking':
        out.push({ type: 'reasoning', text: '', signature: redactedSignature(string(block['data'], 'data')) });
        break;
      case 'tool_use': {
        const name = string(block['name'], 'the name of a tool');
        const written = JSON.stringify(fields(block['input'], 'the input of a tool'));
        if (name === jsonTool) {
          out.push({ type: 'text', text: written });
          break;
        }
        const index = toolCalls++;
        out.push({ type: 'toolCallStart', index, id: string(block['id'], 'the id of a tool call'), name });
        out.push({ type: 'toolCallDelta', index, arguments: written });
        break;
      }
      default:
        string(block['type'], 'the type of a block');
    }
  }
  const reason = optionalString(answer['stop_reason'], 'stop_reason');
  if (reason === '') throw garbled('no stop_reason');
  const counter = new UsageCounter();
  counter.take(answer['usage']);
  const usage = counter.usage();
  out.push(...refusalChunks(reason, answer['stop_details']));
  if (usage) out.push({ type: 'usage', usage });
  const stopSequence = optionalString(answer['stop_sequence'], 'stop_sequence');
  out.push({
    type: 'finish',
    reason: finishReason(reason, jsonTool !== null),
    model: optionalString(answer['model'], 'model') || null,
    ...(stopSequence !== '' && { stopSequence }),
  });
  return out;
}
