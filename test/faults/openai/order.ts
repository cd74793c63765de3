import type { ChatRequestBody } from './schema.ts';

/** What the vendor refuses although each field is right by itself. */
export function contradictions(body: ChatRequestBody): string[] {
  return [...messageOrder(body.messages), ...fieldsThatNeedOthers(body)];
}

function messageOrder(messages: ChatRequestBody['messages']): string[] {
  const found: string[] = [];
  let unanswered = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!unanswered.delete(message.tool_call_id)) {
        found.push(`messages.${index}: a tool message must answer a tool call of the assistant message before it`);
      }
      continue;
    }
    if (unanswered.size > 0) found.push(`messages.${index}: tool calls without an answer: ${[...unanswered].join(', ')}`);
    unanswered = new Set(message.role === 'assistant' ? message.tool_calls?.map((call) => call.id) : []);
  }
  if (unanswered.size > 0) found.push(`messages: tool calls without an answer: ${[...unanswered].join(', ')}`);
  return found;
}

function fieldsThatNeedOthers(body: ChatRequestBody): string[] {
  const found: string[] = [];
  if (body.stream_options && !body.stream) found.push('stream_options: only allowed when stream is true');
  if (!body.tools && body.tool_choice !== undefined) found.push('tool_choice: only allowed when tools are given');
  if (!body.tools && body.parallel_tool_calls !== undefined) found.push('parallel_tool_calls: only allowed when tools are given');
  if (typeof body.tool_choice === 'object') {
    const wanted = body.tool_choice.function.name;
    if (!body.tools?.some((tool) => tool.function.name === wanted)) found.push(`tool_choice: no tool named ${wanted}`);
  }
  if (typeof body.max_tokens === 'number' && typeof body.max_completion_tokens === 'number') {
    found.push('max_tokens: may not be given together with max_completion_tokens');
  }
  if (body.response_format?.type === 'json_object' && !/json/i.test(JSON.stringify(body.messages))) {
    found.push("messages: must contain the word 'json' to use response_format json_object");
  }
  return found;
}
