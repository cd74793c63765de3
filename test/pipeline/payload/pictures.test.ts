import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { kanon, start, type Running } from '../../cli/command.ts';
import { answers, failsWith, startFakeAnthropic, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { PICTURE } from '../../harness/branches.ts';
import { findInFolder } from '../../harness/bytes.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { issueKey } from '../../harness/keys.ts';

const SECRET = 'a secret of 32 characters or more';
const READ = '{ calls { nodes { id payload { prompt pictures { index mediaType width height size bytes } } } } }';

interface Shown {
  index: number;
  mediaType: string;
  width: number;
  height: number;
  size: number;
  bytes: string | null;
}
interface Answer {
  data?: { calls: { nodes: { id: string; payload: { prompt: string; pictures: Shown[] | null } | null }[] } } | null | undefined;
  errors?: readonly { path?: readonly unknown[] | undefined; extensions?: Record<string, unknown> | undefined }[] | undefined;
}

/** The pictures of a vendor's request, as base64. */
function pictured(vendor: FakeVendor): string[] {
  const bodies = vendor.requests.map(({ body }) => JSON.stringify(body));
  return bodies.flatMap((body) => [...body.matchAll(/data:image\/[a-z]+;base64,([\w+/=]+)|"type":"base64","media_type":"[^"]+","data":"([\w+/=]+)"/g)].map(([, url, data]) => url ?? data ?? ''));
}

/** A picture that no codec makes small. */
async function noise(width: number, height: number, seed: number): Promise<string> {
  const pixels = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 2_654_435_761 + seed * 97 + (at >> 7) * 31) >>> 11));
  return (await sharp(pixels, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 0 }).toBuffer()).toString('base64');
}

describe('of the pictures that left', () => {
  let openai: FakeVendor;
  let anthropic: FakeVendor;
  beforeAll(async () => {
    [openai, anthropic] = [await startFakeOpenAI(), await startFakeAnthropic()];
  });
  beforeEach(() => {
    for (const vendor of [openai, anthropic]) {
      vendor.reset();
      vendor.behave(answers('A page.'));
    }
  });
  afterAll(async () => {
    await openai.close();
    await anthropic.close();
  });
  const gatewayThatKeeps = (payloads: Record<string, unknown>) =>
    TestGateway.start({
      secret: SECRET,
      config: {
        providers: { first: { kind: 'openai', apiKey: 'test-key', baseUrl: openai.url }, second: { kind: 'anthropic', apiKey: 'test-key', baseUrl: anthropic.url } },
        models: { replies: { operation: 'chat', route: { retries: 1 }, targets: [{ provider: 'first', model: 'gpt-test' }, { provider: 'second', model: 'claude-test' }] } },
        policies: { default: { scopes: ['*'], mask: [], payloads: { store: true, ...payloads } } },
      },
    });
  const ask = async (gateway: TestGateway, pictures: string[]): Promise<void> => {
    const content = [{ text: 'What is this?' }, ...pictures.map((base64) => ({ image: { base64 } }))];
    const { errors } = await gateway.query('query ($content: [ContentPartInput!]!) { chat(input: { messages: [{ role: USER, content: $content }] }) { text } }', { content });
    expect(errors).toBeUndefined();
  };
  const read = async (gateway: TestGateway, key?: string): Promise<Answer> => gateway.query(READ, {}, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });

  test('each form that a vendor was sent is shown, once', async () => {
    await using gateway = await gatewayThatKeeps({ pictures: true });
    openai.behave(failsWith(503));
    // Larger than the second vendor takes, and not than the first.
    await ask(gateway, [await noise(1_700, 40, 1), await noise(50, 40, 2)]);
    const sent = [...new Set([...pictured(openai), ...pictured(anthropic)])];
    expect(sent).toHaveLength(3);
    const { data } = await read(gateway);
    const pictures = data?.calls.nodes[0]?.payload?.pictures ?? [];
    expect(new Set(pictures.map(({ bytes }) => bytes))).toEqual(new Set(sent));
    expect(pictures.map(({ index, width, height }) => ({ index, width, height })).toSorted((a, b) => a.index - b.index || b.width - a.width)).toEqual([
      { index: 0, width: 1_700, height: 40 },
      { index: 0, width: 1_568, height: expect.any(Number) as number },
      { index: 1, width: 50, height: 40 },
    ]);
    for (const { size, bytes } of pictures) expect(Buffer.from(bytes ?? '', 'base64')).toHaveLength(size);
  });

  test('none is shown without the scope, and the rest is', async () => {
    await using gateway = await gatewayThatKeeps({ pictures: true });
    await ask(gateway, [await noise(50, 40, 1)]);
    const key = await issueKey(gateway, { app: 'desk', scopes: ['payloads', 'originals', 'ledger:read'] }, SECRET);
    const { data, errors } = await read(gateway, key);
    expect(data?.calls.nodes[0]?.payload).toMatchObject({ prompt: expect.stringContaining('What is this?') as string, pictures: null });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']])).toEqual([['calls.nodes.0.payload.pictures', 'FORBIDDEN']]);
  });

  test('more bytes than the policy keeps are told of, and not kept', async () => {
    await using gateway = await gatewayThatKeeps({ pictures: true, maxPictureBytes: '100KiB' });
    await ask(gateway, [await noise(100, 100, 1), await noise(200, 200, 2), await noise(150, 100, 3)]);
    const pictures = (await read(gateway)).data?.calls.nodes[0]?.payload?.pictures ?? [];
    const byIndex = pictures.toSorted((a, b) => a.index - b.index);
    expect(byIndex.map(({ width, size, bytes }) => [width, size > 30_000, bytes !== null])).toEqual([[100, true, true], [200, true, false], [150, true, true]]);
  });

  test('none is kept where the policy does not say so', async () => {
    await using gateway = await gatewayThatKeeps({});
    await ask(gateway, [await noise(50, 40, 1)]);
    expect((await read(gateway)).data?.calls.nodes[0]?.payload?.pictures).toEqual([]);
  });

  test('one answer shows no more than 16 MiB, and what is left is there for the next', async () => {
    await using gateway = await gatewayThatKeeps({ pictures: true, maxPictureBytes: '16MiB' });
    for (const seed of [1, 2, 3]) await ask(gateway, [await noise(1_500, 1_400, seed)]);
    const { data, errors } = await read(gateway);
    const shown = data?.calls.nodes.map(({ payload }) => payload?.pictures?.map(({ size, bytes }) => [size > 6_000_000, bytes !== null])) ?? [];
    expect(shown.flat().filter((picture) => picture?.[1])).toHaveLength(2);
    expect(shown.flat().every((picture) => picture?.[0])).toBe(true);
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['MEDIA_TOO_LARGE']);
    // The same picture under many names is as many pictures.
    const many = await gateway.query(`{ calls(first: 1) { nodes { payload { pictures { ${['a', 'b', 'c', 'd'].map((name) => `${name}: bytes`).join(' ')} } } } } }`);
    expect(many.errors?.map(({ path }) => path?.at(-1))).toEqual(['c', 'd']);
  });
});

const installed = ['tesseract.js', '@tesseract.js-data/eng'].every((name) => {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
});

describe.runIf(installed)('the demo\'s picture, painted over', () => {
  const KEY = 'kn_picture-test-key-of-at-least-32-characters';
  const ENV = { KANON_ADMIN_KEY: KEY, KANON_SECRET: SECRET };
  let folder: string;
  let config: string;
  let data: string;
  let vendor: FakeVendor;
  let running: Running | null = null;
  beforeAll(async () => {
    vendor = await startFakeOpenAI(answers(JSON.stringify(PICTURE)));
    folder = await mkdtemp(join(tmpdir(), 'kanon-pictures-'));
    config = join(folder, 'gateway.yaml');
    data = join(folder, 'data');
    await writeFile(
      config,
      stringify({
        providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
        models: { eyes: { operation: 'vision', targets: [{ provider: 'vendor', model: 'gpt-test' }] } },
        policies: { default: { scopes: ['*'], mask: ['EMAIL', 'CARD'], payloads: { store: true, pictures: true } } },
      }),
    );
  });
  afterAll(async () => {
    running?.process.kill('SIGKILL');
    await running?.ended;
    await vendor.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function serve(): Promise<(query: string, key?: string, variables?: object) => Promise<Answer>> {
    running = start(['serve', '--config', config, '--port', '0', '--data', data], ENV);
    const [, url = ''] = await running.says(/listens on (http:\/\/\S+)/);
    return async (query, key = KEY, variables = {}) => {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body: JSON.stringify({ query, variables }) });
      return (await response.json()) as Answer;
    };
  }

  async function issue(scopes: string): Promise<string> {
    const { stdout } = await kanon(['keys', 'create', '--app', 'audits', '--scopes', scopes, '--config', config, '--data', data], ENV);
    return /kn_\S+/.exec(stdout)?.[0] ?? '';
  }

  test('is seen by an auditor byte by byte as the vendor was sent it, also after kill -9, and lies nowhere in clear', { timeout: 180_000 }, async () => {
    const ask = await serve();
    const receipt = await readFile(new URL('../../../examples/support/receipt-en.jpg', import.meta.url));
    const asked = await ask('query ($image: ImageInput!) { vision(input: { image: $image }) { meta { masked { kind count } } } }', KEY, { image: { base64: receipt.toString('base64') } });
    expect(asked).toMatchObject({ data: { vision: { meta: { masked: expect.arrayContaining([{ kind: 'CARD', count: 1 }]) as unknown } } } });
    running?.process.kill('SIGKILL');
    await running?.ended;

    const again = await serve();
    const [auditor, agent] = [await issue('audit,payloads,ledger:read'), await issue('payloads,ledger:read')];
    let seen: Answer = {};
    // A running gateway sees a new key within a second.
    await expect.poll(async () => (seen = await again(READ, auditor)).data?.calls.nodes.length).toBe(1);
    const [sent = ''] = pictured(vendor);
    const bytes = Buffer.from(sent, 'base64');
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    expect(seen.data?.calls.nodes[0]?.payload?.pictures).toEqual([{ index: 0, mediaType: 'image/jpeg', width, height, size: bytes.length, bytes: sent }]);
    expect(bytes.length).toBeGreaterThan(10_000);

    let refused: Answer = {};
    await expect.poll(async () => (refused = await again(READ, agent)).data?.calls.nodes.length).toBe(1);
    expect(refused.data?.calls.nodes[0]?.payload?.pictures).toBeNull();
    expect(refused.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);

    const pieces = [bytes, receipt].flatMap((picture) => [0.3, 0.6, 0.9].map((part) => picture.subarray(picture.length * part, picture.length * part + 48)));
    expect(await findInFolder(data, [...pieces, sent.slice(5_000, 5_064)])).toEqual([]);
    expect(running?.stderr()).not.toContain(sent.slice(5_000, 5_064));
  });
});
