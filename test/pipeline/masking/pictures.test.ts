import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../src/telemetry/log.ts';
import { LocalModels } from '../../../src/local-models.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { PICTURE } from '../../harness/branches.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { sharpImage } from '../../providers/local/vision/sharp-image.ts';

const installed = ['tesseract.js', '@tesseract.js-data/eng'].every((name) => {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
});

const GROUPS = ['4111', '1111'];
const CARD = '4111 1111 1111 1111';

/** What the demo sends: a receipt as a customer has photographed it. */
function receipt(language: string): Promise<Buffer> {
  return readFile(new URL(`../../../examples/support/receipt-${language}.jpg`, import.meta.url));
}

/** What another customer sends: the page of an order. */
function screenshot(): Promise<Buffer> {
  const rows = ['Order 20931', 'Blue Kettle Coffee House', `Paid with ${CARD}`, 'Mail anna.berger@example.org', 'Total EUR 12.40'];
  const texts = rows.map((row, index) => `<text x="40" y="${90 + index * 70}" font-family="sans-serif" font-size="34">${row}</text>`).join('');
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="900" height="440"><rect width="900" height="440" fill="#fff"/>${texts}</svg>`)).png().toBuffer();
}

describe.runIf(installed)('a picture that leaves for a vendor', () => {
  let vendor: FakeVendor;
  let gateway: TestGateway;
  let reader: LocalModels;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kanon-read-'));
    reader = new LocalModels({ dataDir: folder, log: createLog('silent'), configured: () => undefined });
    vendor = await startFakeOpenAI();
    const target = { provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } };
    gateway = await TestGateway.start({
      config: {
        providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url }, local: { kind: 'local' } },
        models: {
          replies: { operation: 'chat', route: { firstTokenMs: 10_000, idleMs: 10_000 }, targets: [target] },
          eyes: { operation: 'vision', targets: [target] },
        },
      },
    });
  });
  beforeEach(() => vendor.reset());
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await vendor.close();
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The text of the pictures that the vendor was sent, read by all readers of this machine. */
  async function seenByVendor(): Promise<string> {
    const [request] = vendor.requests;
    const url = /data:image\/[a-z]+;base64,([A-Za-z0-9+/=]+)/.exec(JSON.stringify(request?.body));
    const readings = await reader.lines(await sharpImage(Buffer.from(url?.[1] ?? '', 'base64')), AbortSignal.timeout(60_000));
    return readings.flat().map(({ text }) => text).join('\n');
  }

  test.each([
    ['the page of an order', screenshot, ['Blue Kettle', '12.40'], 'anna'],
    ['the demo\'s receipt', () => receipt('en'), ['Toaster', '119.10'], 'jane'],
    ['the demo\'s German receipt', () => receipt('de'), ['Toaster', '119,10'], 'jana'],
  ])('has no card number any more, and all else: %s', async (_, picture, kept, name) => {
    vendor.behave(answers(JSON.stringify(PICTURE)));
    const image = { base64: (await picture()).toString('base64') };
    const { data, errors } = await gateway.query('query ($image: ImageInput!) { vision(input: { image: $image }) { meta { masked { kind count } } } }', { image });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ vision: { meta: { masked: expect.arrayContaining([{ kind: 'CARD', count: 1 }]) } } });
    const seen = await seenByVendor();
    for (const group of GROUPS) expect(seen).not.toContain(group);
    expect(seen).not.toContain(name);
    for (const text of kept) expect(seen).toContain(text);
  }, 120_000);

  test('the same in a chat', async () => {
    vendor.behave(answers('A page.'));
    const content = [{ text: 'What is this?' }, { image: { base64: (await screenshot()).toString('base64') } }];
    const { errors } = await gateway.query('query ($input: ChatInput!) { chat(input: $input) { text } }', { input: { messages: [{ role: 'USER', content }] } });
    expect(errors).toBeUndefined();
    const seen = await seenByVendor();
    for (const group of GROUPS) expect(seen).not.toContain(group);
  }, 120_000);
});
