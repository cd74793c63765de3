import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatChunk, ChatRequest } from '../../src/canonical/chat.ts';
import { oneByOne } from '../../src/canonical/one-by-one.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { chatRequest, gather } from './support/requests.ts';

export interface ContractSubject {
  name: string;
  open: () => Promise<{ provider: Provider; close: () => Promise<void> }>;
  /** Models by the operations that are tried; what is absent is not tried. */
  models: { CHAT?: string; EMBED?: string };
  /** A request that the chat model can answer; default: a plain question. */
  chat?: ChatRequest;
}

/** What the rest of the gateway relies on, whatever kind of provider it is: across the network or in this process. */
export function providerContract(subject: ContractSubject): void {
  const { CHAT: chatModel, EMBED: embedModel } = subject.models;

  describe(`${subject.name}, as any provider`, () => {
    let provider: Provider;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ provider, close } = await subject.open());
    });
    afterAll(async () => {
      await provider.close();
      // Closing twice is safe.
      await provider.close();
      await close();
    });

    const signal = () => AbortSignal.timeout(15_000);

    function chat(stream: boolean, following: AbortSignal): AsyncIterable<ChatChunk> {
      const { CHAT } = provider.operations;
      if (!CHAT || chatModel === undefined) throw new Error(`${subject.name} cannot chat`);
      return oneByOne(CHAT(subject.chat ?? chatRequest(), { targetModel: chatModel, stream, signal: following }));
    }

    function embed(texts: string[], following: AbortSignal) {
      const { EMBED } = provider.operations;
      if (!EMBED || embedModel === undefined) throw new Error(`${subject.name} cannot embed`);
      return EMBED({ texts, dimensions: null }, { targetModel: embedModel, signal: following });
    }

    describe.each(chatModel === undefined ? [] : ['chat'])('%s', () => {
      test.each([false, true])('ends in one finish, which is last (streamed: %s)', async (stream) => {
        const chunks = await Array.fromAsync(chat(stream, signal()));
        expect(chunks.filter((chunk) => chunk.type === 'finish')).toHaveLength(1);
        expect(chunks.at(-1)?.type).toBe('finish');
        const { text, toolCalls, refusal } = gather(chunks);
        expect(text.length + toolCalls.length + refusal.length).toBeGreaterThan(0);
      });

      test('says the same whole and streamed', async () => {
        const [whole, streamed] = await Promise.all([Array.fromAsync(chat(false, signal())), Array.fromAsync(chat(true, signal()))]);
        expect(gather(whole).text).toBe(gather(streamed).text);
        expect(whole.filter((chunk) => chunk.type === 'text').length).toBeLessThanOrEqual(1);
      });

      test('throws the reason of a signal that is aborted', async () => {
        const reason = new Error('gone');
        await expect(Array.fromAsync(chat(true, AbortSignal.abort(reason)))).rejects.toBe(reason);
      });

      test('can be left at any event', async () => {
        const answer = chat(true, signal())[Symbol.asyncIterator]();
        await answer.next();
        await answer.return?.();
        expect((await answer.next()).done).toBe(true);
      });
    });

    describe.each(embedModel === undefined ? [] : ['embed'])('%s', () => {
      test('gives one vector of length 1 a text, the same for the same text', async () => {
        const { vectors, usage } = await embed(['one', 'two', 'one'], signal());
        expect(vectors.map((vector) => Math.round(Math.hypot(...vector) * 1_000) / 1_000)).toEqual([1, 1, 1]);
        expect(vectors[0]).toEqual(vectors[2]);
        expect(vectors[0]).not.toEqual(vectors[1]);
        expect(usage.output).toBe(0);
      });

      test('throws the reason of a signal that is aborted', async () => {
        const reason = new Error('gone');
        await expect(embed(['one'], AbortSignal.abort(reason))).rejects.toBe(reason);
      });
    });
  });
}
