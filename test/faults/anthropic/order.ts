import type { MessagesRequestBody } from './schema.ts';

type Message = MessagesRequestBody['messages'][number];

/** What the vendor refuses although each field is right by itself. */
export function contradictions(body: MessagesRequestBody, acceptsPrefill: boolean): string[] {
  const found = messageOrder(body.messages);
  if (!acceptsPrefill && body.messages.at(-1)?.role === 'assistant') {
    found.push('This model does not support assistant message prefill. The conversation must end with a user message.');
  }
  if (body.tool_choice && !body.tools?.length) found.push('tool_choice may only be specified while providing tools.');
  if (body.tool_choice?.type === 'tool') {
    const { name } = body.tool_choice;
    if (!body.tools?.some((tool) => tool.name === name)) found.push(`Tool '${name}' not found in provided tools`);
    if (body.thinking && body.thinking.type !== 'disabled') found.push('Thinking may not be enabled when tool_choice forces tool use.');
  }
  const names = body.tools?.map((tool) => tool.name) ?? [];
  if (new Set(names).size !== names.length) found.push('tools: Tool names must be unique.');
  return found;
}

function messageOrder(messages: readonly Message[]): string[] {
  const found: string[] = [];
  if (messages[0]?.role !== 'user') found.push('messages: first message must use the "user" role');
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = typeof message.content === 'string' ? [] : message.content;
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    for (const id of results.filter((id) => !open.includes(id))) {
      found.push(`messages.${index}: unexpected tool_use_id found in tool_result blocks: ${id}`);
    }
    for (const id of open.filter((id) => !results.includes(id))) {
      found.push(`messages.${index}: tool_use ids were found without tool_result blocks immediately after: ${id}`);
    }
    const firstOther = blocks.findIndex((block) => block.type !== 'tool_result');
    if (firstOther >= 0 && blocks.slice(firstOther).some((block) => block.type === 'tool_result')) {
      found.push(`messages.${index}: tool_result blocks must come first`);
    }
    open = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  }
  if (open.length > 0) found.push(`messages: tool_use ids were found without tool_result blocks: ${open.join(', ')}`);
  const last = messages.at(-1);
  const lastText = typeof last?.content === 'string' ? last.content : last?.content.findLast((block) => block.type === 'text')?.text;
  if (last?.role === 'assistant' && lastText !== undefined && lastText.trimEnd() !== lastText) {
    found.push('messages: final assistant content cannot end with trailing whitespace');
  }
  return found;
}
