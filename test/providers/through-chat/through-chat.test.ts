import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/canonical/chat.ts';
import type { Image } from '../../../src/canonical/media.ts';
import { createAnthropicProvider } from '../../../src/providers/anthropic/anthropic-provider.ts';
import { createOpenAIProvider } from '../../../src/providers/openai/openai-provider.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { answers, failsWith, startFakeAnthropic, startFakeOpenAI, type FakeVendor, type PartialBehaviour } from '../../faults/index.ts';
import { attempt } from '../support/requests.ts';

const image: Image = {
  width: 400,
  height: 200,
  digest: () => 'a picture',
  encode: async () => ({ bytes: Uint8Array.of(1, 2, 3), mimeType: 'image/jpeg', width: 400, height: 200 }),
  pixels: () => Promise.reject(new Error('not asked for')),
};

const angry = {
  label: 'NEGATIVE',
  score: -0.8,
  confidence: 0.9,
  emotions: [
    { name: 'SADNESS', score: 0.1 },
    { name: 'ANGER', score: 0.7 },
    { name: 'JOY', score: 0 },
  ],
  language: 'de',
};

const receipt = {
  description: 'A receipt of a bakery.',
  lines: [
    { text: 'Bäckerei Huber', box: { x: 0.25, y: 0.1, width: 0.5, height: 0.1 }, confidence: 0.9 },
    { text: 'Summe 12,50', box: { x: 0.9, y: 0.95, width: 0.14, height: 0.05 }, confidence: 0.8 },
  ],
  objects: [{ label: 'coin', box: { x: 0, y: 0, width: 0.1, height: 0.2 }, confidence: 0.5 }],
  document: { merchant: 'Bäckerei Huber', date: '2026-11-20', total: 12.5, currency: 'EUR', items: [{ description: 'Brot', quantity: 1, amount: 12.5 }] },
};

describe.each([
  ['openai', startFakeOpenAI, createOpenAIProvider],
  ['anthropic', startFakeAnthropic, createAnthropicProvider],
] as const)('through the chat of %s', (name, startFake, create) => {
  let fake: FakeVendor;
  let provider: Provider;

  async function start(behaviour: JsonObject | PartialBehaviour): Promise<void> {
    const given = 'answer' in behaviour || 'faults' in behaviour ? (behaviour as PartialBehaviour) : answers({ text: JSON.stringify(behaviour), usage: { input: 50, output: 20 } });
    fake = await startFake(given);
    provider = create({ name, baseUrl: fake.url, apiKey: 'test-key' });
  }

  afterEach(async () => {
    await provider.close();
    await fake.close();
  });

  const feel = (text: string, language: string | null = null) => {
    const { SENTIMENT } = provider.operations;
    if (!SENTIMENT) throw new Error('cannot feel');
    return SENTIMENT({ text, language }, attempt());
  };
  const see = (question: string | null = null, languages: string[] = []) => {
    const { VISION } = provider.operations;
    if (!VISION) throw new Error('cannot see');
    return VISION({ image, question, languages }, attempt());
  };

  test('sentiment: label, score, emotions by strength, language, usage', async () => {
    await start(angry);
    expect(await feel('Ich warte seit drei Wochen!')).toMatchObject({
      label: 'NEGATIVE',
      score: -0.8,
      confidence: 0.9,
      emotions: [
        { name: 'ANGER', score: 0.7 },
        { name: 'SADNESS', score: 0.1 },
      ],
      language: 'de',
      usage: { input: 50, output: 20, reported: true },
    });
    expect(fake.violations).toEqual([]);
    expect(JSON.stringify(fake.requests[0]?.body)).toContain('Ich warte seit drei Wochen!');
  });

  test('sentiment: the language of the request where the model gives none', async () => {
    await start({ ...angry, language: null });
    expect((await feel('Na toll.', 'de-AT')).language).toBe('de-AT');
  });

  test('vision: text, objects and fields, with boxes in pixels inside of the picture', async () => {
    await start(receipt);
    const reading = await see();
    expect(reading.lines).toEqual([
      { text: 'Bäckerei Huber', box: { x: 100, y: 20, width: 200, height: 20 }, confidence: 0.9 },
      { text: 'Summe 12,50', box: { x: 360, y: 190, width: 40, height: 10 }, confidence: 0.8 },
    ]);
    expect(reading.objects).toEqual([{ label: 'coin', box: { x: 0, y: 0, width: 40, height: 40 }, confidence: 0.5 }]);
    expect(reading).toMatchObject({ description: 'A receipt of a bakery.', document: receipt.document, usage: { input: 50 } });
    expect(fake.violations).toEqual([]);
  });

  test('vision: the question and the languages are put to the model', async () => {
    await start({ ...receipt, document: null });
    expect((await see('Was it paid in cash?', ['de', 'en'])).document).toBeNull();
    const body = JSON.stringify(fake.requests[0]?.body);
    expect(body).toContain('Was it paid in cash?');
    expect(body).toContain('de, en');
    expect(body).toContain('AQID');
  });

  test('vision: what the model cannot place has the whole picture as its box, and the caller is told', async () => {
    await start({ ...receipt, objects: [{ label: 'coin', box: null, confidence: 0.5 }] });
    const { objects, warnings } = await see();
    expect(objects[0]?.box).toEqual({ x: 0, y: 0, width: 400, height: 200 });
    expect(warnings.join()).toContain('place');
  });

  test('vision: a date or currency that is none is not known', async () => {
    await start({ ...receipt, document: { ...receipt.document, date: '20.11.2026', currency: '€' } });
    expect((await see()).document).toMatchObject({ date: null, currency: null, total: 12.5 });
  });

  test('JSON in a Markdown fence is JSON', async () => {
    await start(answers({ text: `\`\`\`json\n${JSON.stringify(angry)}\n\`\`\`` }));
    expect((await feel('x')).label).toBe('NEGATIVE');
  });

  test.each<[string, JsonObject | PartialBehaviour]>([
    ['prose', answers('I think it is negative.')],
    ['a label of its own', { ...angry, label: 'ANGRY' }],
    ['a score out of range', { ...angry, score: -7 }],
    ['an emotion of its own', { ...angry, emotions: [{ name: 'WRATH', score: 1 }] }],
    ['a missing field', { label: 'NEGATIVE' }],
    ['an answer that ran out of tokens', answers({ text: '{"label":"NEG', finish: 'length' })],
  ])('%s is garbled', async (_case, behaviour) => {
    await start(behaviour);
    await expect(feel('x')).rejects.toMatchObject({ kind: 'garbled' });
  });

  test('a refusal is refused content', async () => {
    await start(answers({ refusal: 'I cannot judge that.' }));
    await expect(feel('x')).rejects.toMatchObject({ kind: 'content' });
  });

  test('what goes wrong below keeps its kind', async () => {
    await start(failsWith(429, { headers: { 'retry-after': '1' } }));
    await expect(see()).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 1_000 });
  });
});
