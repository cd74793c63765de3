import type { ChatChunk } from '../../canonical/chat.ts';
import { redactedSignature } from '../../canonical/redacted.ts';
import { fields, garbled, isJsonObject, list, optionalString, string, type Fields } from '../shared/fields.ts';
import { toolOfBlock } from '../../canonical/vendor-tools.ts';
import { callerOf, isUse, PAUSED } from './own-tools.ts';
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
  const counter = new UsageCounter();
  let toolCalls = 0;
  let afterText = false;
  for (const value of list(answer['content'], 'content')) {
    const block = fields(value, 'a block');
    if (afterText && block['type'] === 'text') out.push({ type: 'textEnd', citations: null });
    afterText = false;
    switch (block['type']) {
      case 'text': {
        const text = string(block['text'], 'text');
        const citations = list(block['citations'] ?? [], 'citations').filter(isJsonObject);
        if (text === '') break;
        out.push({ type: 'text', text });
        afterText = citations.length === 0;
        if (!afterText) out.push({ type: 'textEnd', citations: { vendor: 'anthropic', list: citations } });
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
        out.push({ type: 'toolCallStart', index, id: string(block['id'], 'the id of a tool call'), name, ...callerOf(block) });
        out.push({ type: 'toolCallDelta', index, arguments: written });
        break;
      }
      default:
        string(block['type'], 'the type of a block');
        if (!isJsonObject(block)) break;
        if (isUse(block)) counter.used(toolOfBlock({ vendor: 'anthropic', block }));
        out.push({ type: 'vendor', vendor: 'anthropic', block });
    }
  }
  const reason = optionalString(answer['stop_reason'], 'stop_reason');
  if (reason === '') throw garbled('no stop_reason');
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
    ...(reason === PAUSED && { paused: true }),
    ...(isJsonObject(answer['container']) && { container: answer['container'] }),
  });
  return out;
}
