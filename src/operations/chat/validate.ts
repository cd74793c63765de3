import type { ChatRequest, ContentPart, Message, Role } from '../../canonical/chat.ts';
import { InputError, KanonError } from '../../canonical/errors.ts';
import { checkJsonSchema } from './json-schema.ts';

const MAX_MESSAGES = 2_000;
/** Longer than the largest window that a vendor offers; what is longer is refused before anybody counts tokens. */
const MAX_CHARACTERS = 5_000_000;
/** As many as any vendor takes; a target that takes fewer says so by itself. */
const MAX_STOPS = 8_191;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Which kinds of part each role may say. */
const PARTS: Record<Role, readonly ContentPart['type'][]> = {
  SYSTEM: ['text'],
  USER: ['text', 'image', 'audio', 'document'],
  ASSISTANT: ['text', 'toolCall', 'reasoning', 'vendor'],
  TOOL: ['toolResult'],
};

/**
 * Checks what no vendor would take, before any is asked.
 * @param field the path of the request, for errors: `input`
 * @throws InputError, and KanonError CONTEXT_LENGTH_EXCEEDED when the text is longer than any model can read
 */
export function validateChat(request: ChatRequest, field: string): void {
  checkMessages(request.messages, `${field}.messages`);
  checkSampling(request, field);
  checkTools(request, field);
  if (request.responseFormat?.type === 'jsonSchema') {
    const format = request.responseFormat;
    if (!NAME.test(format.name)) throw nameError(`${field}.responseFormat.jsonSchema.name`);
    checkJsonSchema(format.schema, `${field}.responseFormat.jsonSchema.schema`);
  }
}

function checkMessages(messages: readonly Message[], field: string): void {
  if (messages.length === 0) throw new InputError(field, 'expected at least one message.');
  if (messages.length > MAX_MESSAGES) throw new InputError(field, `expected at most ${MAX_MESSAGES} messages, found ${messages.length}.`);
  let characters = 0;
  const open = new Set<string>();
  let spoken: Role | null = null;
  messages.forEach((message, index) => {
    const at = `${field}[${index}]`;
    characters += checkParts(message, at);
    if (message.role !== 'TOOL' && open.size > 0) {
      throw new InputError(`${at}.role`, `expected TOOL with the results of the tool calls ${[...open].map((id) => `"${id}"`).join(', ')}, found ${message.role}.`);
    }
    if (message.role === 'SYSTEM') return;
    checkToolTraffic(message, at, open);
    spoken = message.role;
  });
  if (spoken === null) throw new InputError(field, 'expected a USER message, found only SYSTEM.');
  if (open.size > 0) throw new InputError(field, `the tool calls ${[...open].map((id) => `"${id}"`).join(', ')} have no result; add TOOL messages.`);
  if (spoken === 'ASSISTANT') checkBegun(messages, `${field}[${messages.length - 1}]`);
  if (characters > MAX_CHARACTERS) {
    throw new KanonError('CONTEXT_LENGTH_EXCEEDED', `${field}: ${characters} characters are more than any model can read; at most ${MAX_CHARACTERS} are taken.`, {
      details: { field },
    });
  }
}

/** The last to speak is the assistant: its text is the beginning of the answer, for a target that goes on from there. */
function checkBegun(messages: readonly Message[], at: string): void {
  const last = messages.at(-1);
  if (last?.role !== 'ASSISTANT') throw new InputError(`${at}.role`, 'after what the model said, the last message must be USER or TOOL: it is the one to answer.');
  // What the vendor's tools have begun, the vendor goes on with.
  if (last.content.some(({ type }) => type === 'vendor')) return;
  const end = last.content.at(-1);
  if (end?.type === 'text' && /\S$/.test(end.text)) return;
  throw new InputError(`${at}.content`, 'a last message of ASSISTANT is the beginning of the answer: expected it to end in text, and that not in white space. To have a message answered, let it be of USER or TOOL.');
}

function checkParts(message: Message, at: string): number {
  if (message.content.length === 0) throw new InputError(`${at}.content`, 'expected at least one part.');
  let characters = 0;
  message.content.forEach((part, index) => {
    if (!PARTS[message.role].includes(part.type)) {
      throw new InputError(`${at}.content[${index}]`, `a ${message.role} message cannot hold ${part.type}; it may hold ${PARTS[message.role].join(', ')}.`);
    }
    if (part.type === 'text') characters += part.text.length;
    else if (part.type === 'toolResult') characters += part.result.content.length;
    else if (part.type === 'toolCall') characters += part.call.arguments.length;
    else if (part.type === 'document' && part.document.kind === 'text') characters += part.document.text.length;
    else if (part.type === 'vendor') characters += JSON.stringify(part.block).length;
  });
  return characters;
}

function checkToolTraffic(message: Message, at: string, open: Set<string>): void {
  message.content.forEach((part, index) => {
    const field = `${at}.content[${index}]`;
    if (part.type === 'toolCall') {
      if (open.has(part.call.id)) throw new InputError(`${field}.toolCall.id`, `the id "${part.call.id}" is used twice; each tool call has an id of its own.`);
      if (!NAME.test(part.call.name)) throw nameError(`${field}.toolCall.name`);
      open.add(part.call.id);
    } else if (part.type === 'toolResult' && !open.delete(part.result.toolCallId)) {
      throw new InputError(`${field}.toolResult.toolCallId`, `no tool call before it has the id "${part.result.toolCallId}", or it has its result already.`);
    }
  });
}

function checkSampling(request: ChatRequest, field: string): void {
  const { maxTokens, temperature, topP, stop } = request;
  if (maxTokens !== null && (maxTokens < 1 || maxTokens > 10_000_000)) throw new InputError(`${field}.maxTokens`, `expected 1 to 10,000,000, found ${maxTokens}.`);
  if (temperature !== null && !(temperature >= 0 && temperature <= 2)) throw new InputError(`${field}.temperature`, `expected 0 to 2, found ${temperature}.`);
  if (topP !== null && !(topP > 0 && topP <= 1)) throw new InputError(`${field}.topP`, `expected more than 0 and at most 1, found ${topP}.`);
  if (stop.length > MAX_STOPS) throw new InputError(`${field}.stop`, `expected at most ${MAX_STOPS} texts, found ${stop.length}.`);
  const empty = stop.indexOf('');
  if (empty >= 0) throw new InputError(`${field}.stop[${empty}]`, 'expected a text that is not empty.');
}

function checkTools(request: ChatRequest, field: string): void {
  const { tools, toolChoice, vendorTools } = request;
  const vendors = vendorTools?.tools ?? [];
  if (tools.length + vendors.length > 128) throw new InputError(`${field}.tools`, `expected at most 128 tools, found ${tools.length + vendors.length}.`);
  const names = new Set<string>();
  tools.forEach((tool, index) => {
    const at = `${field}.tools[${index}]`;
    if (!NAME.test(tool.name)) throw nameError(`${at}.name`);
    if (names.has(tool.name)) throw new InputError(`${at}.name`, `the name "${tool.name}" is used twice.`);
    names.add(tool.name);
    checkJsonSchema(tool.parameters, `${at}.parameters`);
    if (tool.parameters['type'] !== 'object') throw new InputError(`${at}.parameters.type`, 'expected "object": the arguments of a tool are an object.');
  });
  for (const { definition } of vendors) if (typeof definition['name'] === 'string') names.add(definition['name']);
  if (toolChoice === null) return;
  if (tools.length + vendors.length === 0 && toolChoice.type !== 'none') throw new InputError(`${field}.toolChoice`, 'there are no tools to choose from; add `tools` or leave it out.');
  if (toolChoice.type === 'tool' && !names.has(toolChoice.name)) {
    throw new InputError(`${field}.toolChoice.tool`, `there is no tool "${toolChoice.name.slice(0, 64)}"; the tools are ${[...names].join(', ')}.`);
  }
}

function nameError(field: string): InputError {
  return new InputError(field, 'expected 1 to 64 letters, digits, "_" and "-".');
}
