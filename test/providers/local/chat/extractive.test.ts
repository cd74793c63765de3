import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatChunk, ChatRequest, ContentPart, GroundingText } from '../../../../src/canonical/chat.ts';
import type { Image } from '../../../../src/canonical/media.ts';
import { createLocalProvider } from '../../../../src/providers/local/provider.ts';
import type { Provider } from '../../../../src/providers/provider.ts';
import { createLog } from '../../../../src/telemetry/log.ts';

let folder: string;
let provider: Provider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-extractive-'));
  provider = createLocalProvider({ name: 'local', dataDir: folder, log: createLog('silent') });
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

function request(text: string, part: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: 'USER', content: [{ type: 'text', text }] }],
    grounding: [],
    maxTokens: null,
    temperature: null,
    topP: null,
    stop: [],
    seed: null,
    tools: [],
    toolChoice: null,
    responseFormat: null,
    ...part,
  };
}

async function chunks(asked: ChatRequest, stream = true, signal = AbortSignal.timeout(30_000)): Promise<ChatChunk[]> {
  const chat = provider.operations.CHAT;
  if (chat === undefined) throw new Error('The local provider cannot chat.');
  return (await Array.fromAsync(chat(asked, { targetModel: 'extractive', stream, signal }))).flat();
}

async function reply(asked: ChatRequest): Promise<string> {
  return (await chunks(asked)).map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
}

function receipt(fields: object, items: object[] = []): GroundingText {
  const lines = ['Picture 1 of 1.', `It is a receipt or an invoice: ${JSON.stringify(fields)}`];
  lines.push(...items.map((item) => `Item: ${JSON.stringify(item)}`), 'Text in it:\nTHANK YOU');
  return { source: 'VISION', text: lines.join('\n') };
}

const angry = { source: 'SENTIMENT', text: 'The message feels negative (score -0.92 of -1 to 1); emotions: anger, frustration.' };
const picture: ContentPart = {
  type: 'image',
  image: {
    width: 1,
    height: 1,
    digest: () => 'a picture',
    encode: () => Promise.reject(new Error('not read')),
    pixels: () => Promise.reject(new Error('not read')),
  } satisfies Image,
};

describe('a complaint with a receipt', () => {
  const asked = request(
    'Hello,\n\nmy toaster caught fire and nobody answers the phone. I want my money back.\n\nKind regards\nAnn Baker',
    {
      grounding: [
        receipt({ merchant: 'Miller & Sons', date: '2026-03-14', total: 41.5, currency: 'GBP' }, [
          { description: 'MILK', quantity: 1, amount: 1.5 },
          { description: 'TOASTER 2 SLICE', quantity: 1, amount: 40 },
        ]),
        angry,
      ],
    },
  );

  it('is answered with the mood, the wish, and the facts of the receipt', async () => {
    const text = await reply(asked);
    expect(text).toContain('Ann Baker');
    expect(text).toMatch(/sorry/i);
    expect(text).toContain('I want my money back.');
    expect(text).toContain('Miller & Sons');
    expect(text).toContain('14 March 2026');
    expect(text).toContain('£41.50');
    expect(text).toContain('TOASTER 2 SLICE');
    expect(text).not.toContain('MILK');
  });

  it('says what could not be read', async () => {
    const text = await reply(request('I want a refund.', { grounding: [receipt({ merchant: null, date: null, total: 9, currency: 'EUR' })] }));
    expect(text).toMatch(/could not read the name of the shop or the date/);
    expect(text).toContain('€9.00');
  });

  it('is answered in German when it is German', async () => {
    const text = await reply(
      request('Mein Toaster ist nach zwei Tagen kaputt und niemand antwortet. Ich möchte mein Geld zurück.', {
        grounding: [receipt({ merchant: 'Müller', date: '2026-03-14', total: 41.5, currency: 'EUR' }), angry],
      }),
    );
    expect(text).toContain('Guten Tag');
    expect(text).toContain('14. März 2026');
    expect(text).toContain('41,50');
    expect(text).toContain('Ich möchte mein Geld zurück.');
  });

  it('invents nothing when the receipt is not what it seems', async () => {
    const grounding = [{ source: 'VISION', text: 'It is a receipt or an invoice: {"merchant": 12, broken' }];
    expect(await reply(request('I want my money back.', { grounding }))).toMatch(/could not read a receipt/);
  });
});

describe('a question', () => {
  it.each([
    [
      'How long do I have to return a jacket?',
      'Shipping is free from 50 euros. Items can be returned within 30 days. Gift cards are valid for two years.',
      'Items can be returned within 30 days.',
    ],
    [
      'Wie lange kann ich eine Jacke zurückgeben?',
      'Der Versand ist ab 50 Euro frei. Artikel können innerhalb von 30 Tagen zurückgegeben werden. Gutscheine gelten zwei Jahre.',
      'Artikel können innerhalb von 30 Tagen zurückgegeben werden.',
    ],
  ])('"%s" is answered by the sentence that fits, with its source', async (question, terms, answer) => {
    const text = await reply(request(question, { grounding: [{ source: 'terms', text: terms }] }));
    expect(text).toContain(answer);
    expect(text).toContain('terms');
    expect(text).not.toMatch(/free from|Versand/);
  });

  it('without grounding is answered from the conversation', async () => {
    const asked = request('When do you open?');
    asked.messages.unshift(
      { role: 'USER', content: [{ type: 'text', text: 'The shop opens at 9. Repairs take three days.' }] },
      { role: 'ASSISTANT', content: [{ type: 'text', text: 'Noted.' }] },
    );
    const text = await reply(asked);
    expect(text).toContain('The shop opens at 9.');
    expect(text).not.toContain('three days');
  });

  it('does not quote the instructions of the application', async () => {
    const asked = request('When do you open?');
    asked.messages.unshift({ role: 'SYSTEM', content: [{ type: 'text', text: 'The shop opens at 9, but never say so.' }] });
    expect(await reply(asked)).not.toContain('opens at 9');
  });

  it('that nothing answers is told so', async () => {
    expect(await reply(request('What is the capital of France?'))).toMatch(/cannot answer/);
    const grounding = [{ source: 'terms', text: 'Gift cards are valid for two years.' }];
    expect(await reply(request('What is the capital of France?', { grounding }))).toMatch(/found nothing/);
  });
});

describe('the stream', () => {
  it('comes in several pieces, says what it is, counts its tokens and finishes last', async () => {
    const all = await chunks(request('What is the capital of France?'));
    expect(all.filter(({ type }) => type === 'text').length).toBeGreaterThan(3);
    expect(all).toContainEqual({ type: 'warning', message: expect.stringContaining('extractive is no language model') });
    expect(all.at(-1)).toEqual({ type: 'finish', reason: 'STOP', model: 'extractive' });
    const usage = all.find((chunk) => chunk.type === 'usage');
    expect(usage?.usage).toMatchObject({ input: 7, reported: true });
    expect(usage?.usage.output).toBeGreaterThan(5);
  });

  it('is one piece with the same text when it is not asked for', async () => {
    const asked = request('What is the capital of France?');
    const whole = (await chunks(asked, false)).filter((chunk) => chunk.type === 'text');
    expect(whole).toEqual([{ type: 'text', text: await reply(asked) }]);
  });

  it('ends with LENGTH at the most tokens', async () => {
    const all = await chunks(request('What is the capital of France?', { maxTokens: 6 }));
    expect(all.at(-1)).toMatchObject({ type: 'finish', reason: 'LENGTH' });
    expect(all.find((chunk) => chunk.type === 'usage')?.usage.output).toBeLessThanOrEqual(6);
  });

  it('ends before a stop sequence', async () => {
    const asked = request('What is the capital of France?', { stop: ['capital', 'France'] });
    const all = await chunks(asked);
    expect(all.at(-1)).toMatchObject({ reason: 'STOP' });
    const text = await reply(asked);
    expect(text.endsWith('What is the ')).toBe(true);
  });

  it('warns that pictures were not looked at, and does not read them', async () => {
    const asked = request('Look!');
    asked.messages[0]?.content.push(picture);
    expect(await chunks(asked)).toContainEqual({ type: 'warning', message: expect.stringContaining('did not look at the pictures') });
    expect(await reply(asked)).toContain('I have not looked at the attached picture.');
  });

  it('does not begin for a caller that is gone', async () => {
    await expect(chunks(request('Hello'), true, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortedError' });
  });
});

describe('what it cannot do', () => {
  const tool = { name: 'find', description: null, parameters: {}, strict: false };
  it.each<[string, Partial<ChatRequest>]>([
    ['tools', { tools: [tool] }],
    ['a required tool', { toolChoice: { type: 'required' } }],
    ['JSON', { responseFormat: { type: 'json' } }],
    ['a JSON schema', { responseFormat: { type: 'jsonSchema', name: 'a', schema: {}, strict: true } }],
  ])('is refused at once: %s', async (_, part) => {
    await expect(chunks(request('Hello', part))).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('does not matter where the tools may not be called', async () => {
    expect(await reply(request('Hello', { tools: [tool], toolChoice: { type: 'none' } }))).toContain('Hello');
  });
});

describe('a question about a receipt', () => {
  const bought = receipt({ merchant: 'Miller & Sons', date: '2026-03-14', total: 41.5, currency: 'GBP' }, [
    { description: 'MILK', quantity: 1, amount: 1.5 },
  ]);

  it.each([
    ['What is the total on this receipt?', '£41.50'],
    ['Can you tell me how much I paid on this bill?', '£41.50'],
    ['When did I buy this?', '14 March 2026'],
    ['Which shop is it from?', 'Miller & Sons'],
    ['Von wann ist der Kassenbon?', '14. März 2026'],
    ['Wie hoch ist der Betrag?', '41,50'],
  ])('"%s" is answered by it, and nothing more is looked for', async (question, answer) => {
    const text = await reply(request(question, { grounding: [bought] }));
    expect(text).toContain(answer);
    expect(text).not.toMatch(/given nothing|cannot answer|found nothing|a colleague|liegt nichts vor|nichts gefunden|until the matter/);
  });

  it('that it does not answer is told so', async () => {
    const text = await reply(request('When do you open on Sundays?', { grounding: [bought] }));
    expect(text).toMatch(/found nothing/);
    expect(text).not.toMatch(/given nothing/);
  });
});

describe('a message in another language', () => {
  const french = 'Bonjour, mon grille-pain est tombé en panne après deux jours et personne ne répond. Je veux un remboursement.';

  it('gets no guess at its mood, is told what is read here, and comes with a warning', async () => {
    const grounding = [{ source: 'SENTIMENT', text: 'The message feels positive (score 0.60 of -1 to 1); emotions: joy.' }];
    const all = await chunks(request(french, { grounding }), false);
    const text = all.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
    expect(text).toMatch(/English and German only/);
    expect(text).toMatch(/nur Deutsch und Englisch/);
    expect(text).not.toMatch(/good to hear|welcome|sorry/);
    expect(all).toContainEqual({ type: 'warning', message: expect.stringContaining('another language') });
  });

  it('still hears what the receipt says', async () => {
    const text = await reply(request(french, { grounding: [receipt({ merchant: 'Darty', date: null, total: 30, currency: 'EUR' })] }));
    expect(text).toContain('Darty');
  });
});

it('does not answer to a mood that is a guess', async () => {
  const grounding = [{ source: 'SENTIMENT', text: 'The message feels positive (score 0.10 of -1 to 1, confidence 0.21); emotions: joy.' }];
  expect(await reply(request('When do you open?', { grounding }))).not.toMatch(/good to hear/);
});

it('warns that instructions of SYSTEM messages are not followed, and only then', async () => {
  const warning = { type: 'warning', message: expect.stringContaining('does not follow the instructions of SYSTEM') };
  const asked = request('When do you open?');
  expect(await chunks(asked)).not.toContainEqual(warning);
  asked.messages.unshift({ role: 'SYSTEM', content: [{ type: 'text', text: 'Answer in verse.' }] });
  expect(await chunks(asked)).toContainEqual(warning);
});

describe('a message that tells something and then asks about it', () => {
  it.each([
    ['The shop opens at 9 in the morning. Repairs take three days. When does the shop open?', 'The shop opens at 9 in the morning.', 'three days.”'],
    ['Der Laden öffnet um 9 Uhr. Reparaturen dauern drei Tage. Wann öffnet der Laden?', 'Der Laden öffnet um 9 Uhr.', 'drei Tage.“'],
  ])('"%s" is answered from it', async (message, answer, other) => {
    const text = await reply(request(message));
    expect(text).toContain(answer);
    expect(text).not.toContain(other);
    expect(text).not.toMatch(/cannot answer|beantworten kann/);
  });

  it('does not take the trouble of a complaint for its answer', async () => {
    const text = await reply(request('My toaster broke after two days and nobody answers. When will my toaster be replaced?', { grounding: [angry] }));
    expect(text).not.toContain('Your message says');
  });
});
