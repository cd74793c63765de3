import type {
  ContentBlock,
  Message,
  MessageDeltaUsage,
  RawContentBlockDelta,
  RawMessageStreamEvent,
  RefusalStopDetails,
  StopReason,
  Usage,
} from '@anthropic-ai/sdk/resources/messages';
import type { JsonObject } from '../../../src/canonical/chat.ts';
import type { Answer, Behaviour } from '../behaviour.ts';
import type { RecordedRequest } from '../fake-vendor.ts';
import type { WireAnswer, WireEvent } from '../perform.ts';
import { pieces, textPieces } from '../pieces.ts';
import type { MessagesRequestBody } from './schema.ts';

/** A message as the vendor writes it. */
export function messageAnswer(request: RecordedRequest, body: MessagesRequestBody, behaviour: Behaviour): WireAnswer {
  const { answer } = behaviour;
  const message: Message = {
    id: `msg_fake${request.attempt}`,
    type: 'message',
    role: 'assistant',
    model: answer.model ?? body.model,
    content: [],
    container: (answer.container ?? null) as Message['container'],
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: usageOf(answer, 1),
  };
  if (body.stream) return { type: 'stream', events: messageEvents(message, behaviour) };
  const blocks = blocksOf(answer);
  return {
    type: 'whole',
    body: {
      ...message,
      content: blocks.map((block) => block.whole),
      stop_reason: stopReason(answer),
      stop_details: stopDetails(answer),
      usage: isFaulty(behaviour, 'noUsage') ? undefined : usageOf(answer, outputTokens(answer)),
    },
  };
}

interface Block {
  whole: ContentBlock;
  /** The block as it opens in a stream. */
  opening: ContentBlock;
  deltas: { delta: RawContentBlockDelta; token: boolean }[];
}

function messageEvents(message: Message, behaviour: Behaviour): WireEvent[] {
  const { answer } = behaviour;
  const mute = isFaulty(behaviour, 'noUsage');
  const events: WireEvent[] = [];
  const push = (event: RawMessageStreamEvent | { type: 'ping' }, phase: WireEvent['phase']): void => {
    events.push({ event: event.type, data: JSON.stringify(event), phase, terminator: event.type === 'message_stop' });
  };

  const opening: Omit<Message, 'usage'> & { usage?: Usage } = { ...message };
  if (mute) delete opening.usage;
  events.push({ event: 'message_start', data: JSON.stringify({ type: 'message_start', message: opening }), phase: 'open' });
  for (const [index, block] of blocksOf(answer).entries()) {
    push({ type: 'content_block_start', index, content_block: block.opening }, 'open');
    if (index === 0) push({ type: 'ping' }, 'open');
    for (const { delta, token } of block.deltas) push({ type: 'content_block_delta', index, delta }, token ? 'token' : 'open');
    push({ type: 'content_block_stop', index }, 'close');
  }
  const counted: MessageDeltaUsage = {
    input_tokens: message.usage.input_tokens,
    cache_creation_input_tokens: message.usage.cache_creation_input_tokens,
    cache_read_input_tokens: message.usage.cache_read_input_tokens,
    output_tokens: outputTokens(answer),
    output_tokens_details: { thinking_tokens: answer.usage?.reasoning ?? 0 },
    server_tool_use: message.usage.server_tool_use,
  };
  const ending = {
    type: 'message_delta',
    delta: { container: message.container, stop_reason: stopReason(answer), stop_sequence: null, stop_details: stopDetails(answer) },
    ...(mute ? {} : { usage: counted }),
  };
  events.push({ event: 'message_delta', data: JSON.stringify(ending), phase: 'close' });
  if (!isFaulty(behaviour, 'noTerminator')) push({ type: 'message_stop' }, 'close');
  return events;
}

function blocksOf(answer: Answer): Block[] {
  const blocks: Block[] = (answer.blocks ?? []).map(ownBlock);
  if (answer.reasoning) {
    const { text, signature } = answer.reasoning;
    blocks.push({
      whole: { type: 'thinking', thinking: text, signature },
      opening: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...pieces(text).map((piece) => ({ delta: { type: 'thinking_delta' as const, thinking: piece }, token: true })),
        { delta: { type: 'signature_delta', signature }, token: false },
      ],
    });
  }
  const texts = textPieces(answer);
  if (texts.length > 0) {
    blocks.push({
      whole: { type: 'text', text: texts.join(''), citations: null },
      opening: { type: 'text', text: '', citations: null },
      deltas: texts.map((text) => ({ delta: { type: 'text_delta' as const, text }, token: true })),
    });
  }
  for (const [index, call] of (answer.toolCalls ?? []).entries()) {
    const head = { type: 'tool_use' as const, id: call.id ?? `toolu_${index + 1}`, name: call.name, caller: { type: 'direct' as const } };
    const json = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
    blocks.push({
      whole: { ...head, input: typeof call.arguments === 'string' ? JSON.parse(call.arguments || '{}') : call.arguments },
      opening: { ...head, input: {} },
      deltas: [
        { delta: { type: 'input_json_delta', partial_json: '' }, token: false },
        ...pieces(json).map((piece) => ({ delta: { type: 'input_json_delta' as const, partial_json: piece }, token: true })),
      ],
    });
  }
  return blocks;
}

/** A block as it is: its text, its input and its citations come in pieces, all else with its opening. */
function ownBlock(block: JsonObject): Block {
  const { text, input, citations } = block;
  const own = block as unknown as ContentBlock;
  if (typeof text === 'string') {
    const cited = (Array.isArray(citations) ? citations : []).map((citation) => ({ delta: { type: 'citations_delta', citation } as unknown as RawContentBlockDelta, token: false }));
    const deltas = [...pieces(text).map((piece) => ({ delta: { type: 'text_delta' as const, text: piece }, token: true })), ...cited];
    return { whole: own, opening: { ...own, text: '', citations: cited.length > 0 ? [] : null } as unknown as ContentBlock, deltas };
  }
  if (input === undefined) return { whole: own, opening: own, deltas: [] };
  const written = pieces(JSON.stringify(input)).map((piece) => ({ delta: { type: 'input_json_delta' as const, partial_json: piece }, token: true }));
  return { whole: own, opening: { ...own, input: {} } as unknown as ContentBlock, deltas: written };
}

function stopReason(answer: Answer): StopReason {
  if (answer.stopReason !== undefined) return answer.stopReason as StopReason;
  if (answer.refusal !== undefined || answer.finish === 'refusal' || answer.finish === 'content_filter') return 'refusal';
  if (answer.finish === 'length') return 'max_tokens';
  if (answer.finish === 'tool_calls' || (answer.toolCalls && answer.finish === undefined)) return 'tool_use';
  return 'end_turn';
}

function stopDetails(answer: Answer): RefusalStopDetails | null {
  return answer.refusal === undefined ? null : { type: 'refusal', category: null, explanation: answer.refusal };
}

function outputTokens(answer: Answer): number {
  return answer.usage?.output ?? Math.max(1, textPieces(answer).length);
}

function usageOf(answer: Answer, output: number): Usage {
  const cacheWrite = answer.usage?.cacheWrite ?? 0;
  const cachedInput = answer.usage?.cachedInput ?? 0;
  return {
    // The vendor counts what it read from or wrote to its cache apart from the rest.
    input_tokens: (answer.usage?.input ?? 12) - cacheWrite - cachedInput,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedInput,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: answer.usage?.reasoning ?? 0 },
    inference_geo: null,
    service_tier: answer.serviceTier === 'batch' || answer.serviceTier === 'priority' ? answer.serviceTier : 'standard',
    server_tool_use: answer.usage?.webSearches === undefined ? null : { web_search_requests: answer.usage.webSearches, web_fetch_requests: 0 },
    speed: null,
  };
}

function isFaulty(behaviour: Behaviour, kind: 'noUsage' | 'noTerminator'): boolean {
  return behaviour.faults.some((fault) => fault.kind === kind);
}
