import type { ChatChunk } from '../../canonical/chat.ts';
import type { TokenUsage } from '../../canonical/usage.ts';
import { fields, garbled, isJsonObject, list, optionalString, string, type Fields } from '../shared/fields.ts';
import { failureOfErrorObject } from './errors.ts';
import { finishReason } from './finish.ts';
import { readUsage } from './usage.ts';

/** A whole `chat.completion` as the events that a stream of it would have had. */
export function readWhole(answer: Fields, toolUses?: TokenUsage['toolUses']): ChatChunk[] {
  if (answer['error'] !== undefined && answer['error'] !== null) throw failureOfErrorObject(answer['error']);
  const choice = fields(list(answer['choices'], 'choices')[0], 'the first choice');
  const message = fields(choice['message'], 'the message');
  const out: ChatChunk[] = [];

  const reasoning = optionalString(message['reasoning_content'] ?? message['reasoning'], 'reasoning');
  if (reasoning !== '') out.push({ type: 'reasoning', text: reasoning, signature: null });
  const text = optionalString(message['content'], 'content');
  if (text !== '') out.push({ type: 'text', text });
  const annotations = list(message['annotations'] ?? [], 'annotations').filter(isJsonObject);
  if (annotations.length > 0) out.push({ type: 'textEnd', citations: { vendor: 'openai', list: annotations } });
  if (isJsonObject(choice['logprobs'])) out.push({ type: 'logprobs', logprobs: choice['logprobs'] });
  const refusal = optionalString(message['refusal'], 'refusal');
  if (refusal !== '') out.push({ type: 'refusal', text: refusal });

  const calls = list(message['tool_calls'] ?? [], 'tool_calls');
  for (const [index, value] of calls.entries()) {
    const call = fields(value, 'a tool call');
    const made = fields(call['function'], 'a function call');
    const name = string(made['name'], 'the name of a function');
    const id = optionalString(call['id'], 'the id of a tool call') || `call_${index}`;
    out.push({ type: 'toolCallStart', index, id, name });
    const written = optionalString(made['arguments'], 'the arguments of a function') || '{}';
    out.push({ type: 'toolCallDelta', index, arguments: written });
  }

  const usage = readUsage(answer['usage'], answer['service_tier'], toolUses);
  if (usage) out.push({ type: 'usage', usage });
  const finish = optionalString(choice['finish_reason'], 'finish_reason');
  if (finish === '') throw garbled('no finish_reason');
  out.push({
    type: 'finish',
    reason: finishReason(finish, { toolCalls: calls.length > 0, refusal: refusal !== '' }),
    model: optionalString(answer['model'], 'model') || null,
  });
  return out;
}
