import { afterEach, describe, expect, test } from 'vitest';
import { answers, tokenPieces, tokens, withFaults } from '../../faults/index.ts';
import { Stage, type StageOptions } from '../../faults/routes/stage.ts';

const SIXTY = tokenPieces(60).join('');
const cut = withFaults(tokens(60), { kind: 'cut', afterTokens: 40 });

let stage: Stage;
const open = async (options: StageOptions): Promise<void> => {
  stage = await Stage.open({ ...options, route: { firstTokenMs: 5_000, retries: 0, ...options.route } });
};
afterEach(() => stage[Symbol.asyncDispose]());

describe('continue', () => {
  test('a target that can goes on from what is delivered', async () => {
    await open({ route: { rescue: 'continue' }, secondTarget: { prefill: true } });
    stage.first.behave(cut);
    stage.second.behave(answers({ text: [' and', ' so', ' on.'] }));
    const told = await stage.stream();
    expect(told).toMatchObject({ code: null, text: `${tokenPieces(40).join('')} and so on.`, meta: { provider: 'second' } });
    const messages: unknown = stage.second.requests[0]?.body['messages'];
    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }, { role: 'assistant', content: [{ type: 'text', text: tokenPieces(40).join('') }] }]);
    expect(stage.second.violations).toEqual([]);
  });

  test('white space between the two parts is there once', async () => {
    await open({ route: { rescue: 'continue' }, secondTarget: { prefill: true } });
    stage.first.behave(withFaults(answers({ text: ['One, ', 'two, ', 'three, ', 'four.'] }), { kind: 'cut', afterTokens: 3 }));
    stage.second.behave(answers({ text: [' four', ' after all.'] }));
    expect(await stage.stream()).toMatchObject({ code: null, text: 'One, two, three, four after all.' });
  });

  test('a target that refuses to go on is asked for the whole, and spliced', async () => {
    await open({ route: { rescue: 'continue' }, secondTarget: { prefill: true }, acceptsPrefill: false });
    stage.first.behave(cut);
    stage.second.behave(tokens(60));
    expect(await stage.stream()).toMatchObject({ code: null, text: SIXTY, meta: { provider: 'second' } });
    expect(stage.second.requests).toHaveLength(2);
  });

  test('a target that is not said to go on is spliced', async () => {
    await open({ route: { rescue: 'continue' } });
    stage.first.behave(cut);
    stage.second.behave(tokens(60));
    expect(await stage.stream()).toMatchObject({ code: null, text: SIXTY, meta: { provider: 'second' } });
    expect(stage.second.requests).toHaveLength(1);
  });
});

describe('off', () => {
  test('a stream that breaks off ends in an error', async () => {
    await open({ route: { rescue: 'off' } });
    stage.first.behave(cut);
    expect(await stage.stream()).toMatchObject({ code: 'STREAM_INTERRUPTED', text: tokenPieces(40).join('') });
    expect(stage.second.requests).toHaveLength(0);
  });
});

test('a whole answer is asked for again, whatever the rescue of streams: nobody has seen a part of it', async () => {
  await open({ route: { rescue: 'off' } });
  stage.first.behave(cut);
  stage.second.behave(tokens(60));
  expect(await stage.ask('whole')).toMatchObject({ code: null, text: SIXTY, meta: { provider: 'second' } });
});

test('a whole answer that nobody brings to its end fails as if nothing had come', async () => {
  await open({ alone: true });
  stage.first.behave(withFaults(tokens(60), { kind: 'stall', afterTokens: 40 }));
  expect(await stage.ask('whole')).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

describe('splice', () => {
  test('a rescuer that is cut as well is rescued in its turn', async () => {
    await open({ route: { retries: 1 } });
    stage.first.behave((_, attempt) => withFaults(tokens(60), { kind: 'cut', afterTokens: attempt === 1 ? 40 : 50 }));
    stage.second.behave(tokens(60));
    const told = await stage.stream();
    expect(told).toMatchObject({ code: null, text: SIXTY, meta: { provider: 'second' } });
    expect(told.meta?.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual(['first FAILED', 'first FAILED', 'second OK']);
  });

  test('a shorter answer is not passed off as the end of the longer one', async () => {
    await open({});
    stage.first.behave(cut);
    stage.second.behave(tokens(30));
    expect(await stage.stream()).toMatchObject({ code: 'STREAM_INTERRUPTED' });
  });

  test('an answer that says the same with other white space goes on', async () => {
    await open({});
    stage.first.behave(withFaults(answers({ text: ['One,', ' two,', ' three,', ' four.'] }), { kind: 'cut', afterTokens: 3 }));
    stage.second.behave(answers({ text: ['One,\n', 'two,\n', 'three,', ' four.'] }));
    expect(await stage.stream()).toMatchObject({ code: null, text: 'One, two, three, four.' });
  });

  test('a tool call that was begun keeps the id that the caller knows', async () => {
    await open({});
    const call = { name: 'order', arguments: { number: 4_711, note: 'as soon as it is possible, please' } };
    stage.first.behave(withFaults(answers({ toolCalls: [{ id: 'call_first', ...call }] }), { kind: 'cut', afterTokens: 2 }));
    stage.second.behave(answers({ toolCalls: [{ id: 'call_second', ...call }] }));
    const query = `subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatToolCallDelta { id arguments } ... on ChatDone { toolCalls { id argumentsObject } } } }`;
    const input = { messages: [{ role: 'USER', content: [{ text: 'Order it' }] }], tools: [{ name: 'order', parameters: { type: 'object' } }] };
    const events = await stage.gateway.collect<{ chat: { __typename: string; arguments?: string; toolCalls?: unknown } }>(query, { input });
    const last = events.at(-1)?.data?.chat;
    expect(last).toMatchObject({ __typename: 'ChatDone', toolCalls: [{ id: 'call_first', argumentsObject: call.arguments }] });
    expect(JSON.parse(events.map((event) => event.data?.chat.arguments ?? '').join(''))).toEqual(call.arguments);
  });
});

test('in a composite too, only those who select ChatRestart are told that the answer begins anew', async () => {
  await open({});
  stage.first.behave(cut);
  stage.second.behave(answers('Something else.'));
  const query = (restart: string) => `subscription { multimodal(input: { text: "Hello" }) { ... on MultimodalChatEvent { chat { __typename ${restart} ... on ChatDone { text } } } } }`;
  const ends = async (restart: string): Promise<(string | undefined)[]> => {
    const events = await stage.gateway.collect<{ multimodal: { chat?: { __typename: string } } }>(query(restart));
    return events.map((event) => event.data?.multimodal.chat?.__typename).filter((type) => type !== undefined && type !== 'ChatDelta');
  };
  expect(await ends('... on ChatRestart { sequence }')).toEqual(['ChatRestart', 'ChatDone']);
  expect(await ends('')).toEqual(['ChatError']);
});
