import { once } from 'node:events';
import { request } from 'node:http';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FourBranches, picture } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';

const MIB = 1_024 * 1_024;
/**
 * Within the CPU of so many good pictures, the test's own included, bad input must be refused: on a slow or busy
 * machine the clock tells nothing. About 10 ms each; at most 150 ms are usual.
 */
const SOON = 100;
let pictureMs = 0;
/** Milliseconds by the clock: nobody waited for anything. */
const LATE = 5_000;

let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start();
  const base64 = await picture();
  // What happens once (the first pictures) is not what is measured.
  for (let warm = 0; warm < 5; warm++) await look({ base64 });
  const before = process.cpuUsage();
  for (let count = 0; count < 10; count++) await look({ base64 });
  const { user, system } = process.cpuUsage(before);
  pictureMs = (user + system) / 10_000;
});
beforeEach(() => four.reset());
async function expectUnharmed(): Promise<void> {
  four.checkVendors();
  expect(four.asked).toEqual({ chat: 0, sentiment: 0, vision: 0, embed: 0 });
  const { data } = await four.gateway.query('query ($input: ChatInput!) { chat(input: $input) { text } }', { input: HELLO });
  expect(data, 'the server alive after').toEqual({ chat: { text: 'We are sorry.' } });
}
afterEach(expectUnharmed);
afterAll(() => four[Symbol.asyncDispose]());

const HELLO = { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] };

interface Refused {
  code: unknown;
  message: string;
  field: unknown;
}

/** Runs what must be over soon. */
async function soon<T>(run: () => Promise<T>): Promise<T> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  expect((user + system) / 1_000).toBeLessThan(SOON * pictureMs);
  expect(performance.now() - start).toBeLessThan(LATE);
  return result;
}

/** The one error that a query ends in, soon. */
async function refusal(query: string, variables: Record<string, unknown>): Promise<Refused> {
  const { errors } = await soon(() => four.gateway.query(query, variables));
  expect(errors).toHaveLength(1);
  const [error] = errors ?? [];
  return { code: error?.extensions?.['code'], message: error?.message ?? '', field: error?.extensions?.['field'] };
}

const look = (image: Record<string, unknown>) => four.gateway.query('query ($image: ImageInput!) { vision(input: { image: $image }) { text } }', { image });
const refusedImage = (image: Record<string, unknown>) => refusal('query ($image: ImageInput!) { vision(input: { image: $image }) { text } }', { image });
const refusedChat = (input: Record<string, unknown>) => refusal('query ($input: ChatInput!) { chat(input: $input) { text } }', { input });

/** A PNG that says it is so large, of next to no bytes. */
function claimingPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1_000))), chunk('IEND', Buffer.alloc(0))]);
}

describe('a picture as base64', () => {
  test.each([
    ['malformed', '*** no base64 ***', 'BAD_USER_INPUT'],
    ['of a wrong length', 'iVBORw0KGg=', 'BAD_USER_INPUT'],
    ['of zero bytes', '', 'MEDIA_UNSUPPORTED'],
    ['that is text', Buffer.from('Dear Sir or Madam').toString('base64'), 'MEDIA_UNSUPPORTED'],
    ['that claims 100000x100000', claimingPng(100_000, 100_000).toString('base64'), 'MEDIA_TOO_LARGE'],
    ['that is a PDF', Buffer.from('%PDF-1.7\n1 0 obj').toString('base64'), 'MEDIA_UNSUPPORTED'],
    ['over the cap of base64', Buffer.alloc(8.5 * MIB, 0x55).toString('base64'), 'MEDIA_TOO_LARGE'],
  ])('%s', async (_, base64, code) => {
    expect(await refusedImage({ base64 })).toMatchObject({ code, field: 'input.image.base64' });
  });

  test('cut short', async () => {
    const whole = Buffer.from(await picture(), 'base64');
    expect((await refusedImage({ base64: whole.subarray(0, whole.length / 2).toString('base64') })).code).toBe('MEDIA_UNSUPPORTED');
  });

  test('over the cap of a body', async () => {
    const body = JSON.stringify({ query: '{ viewer { app } }', variables: { image: 'A'.repeat(13 * MIB) } });
    const response = await four.gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a picture by its address', () => {
  test.each([
    ['of this machine', 'https://127.0.0.1/x.png'],
    ['of this machine by name', 'https://localhost/x.png'],
    ['of a cloud\'s own data', 'https://169.254.169.254/latest/meta-data'],
    ['without TLS', 'http://example.com/x.png'],
    ['of no scheme', 'x.png'],
    ['of a file', 'file:///etc/passwd'],
    ['that is data, malformed', 'data:image/png;base64,***'],
    ['that is data, not base64', 'data:image/png,hello'],
  ])('%s', async (_, url) => {
    expect((await refusedImage({ url })).code).toBe('BAD_USER_INPUT');
  });

  test('by an upload that is not there', async () => {
    expect(await refusedImage({ upload: 'no-such-upload' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.image.upload' });
  });

  test('in two ways at once', async () => {
    expect((await refusedImage({ url: 'https://example.com/x.png', base64: 'AAAA' })).code).toBe('BAD_USER_INPUT');
  });
});

describe('an upload', () => {
  async function upload(send: (sent: ReturnType<typeof request>) => void, headers: Record<string, string | number> = {}): Promise<{ status: number; code: unknown }> {
    const sent = request(`${four.gateway.url}/uploads`, { method: 'POST', headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers }, agent: false });
    const answered = once(sent, 'response');
    // The server may hang up while bytes are still on their way.
    sent.on('error', () => {});
    send(sent);
    const [response] = (await answered) as [AsyncIterable<Buffer> & { statusCode: number }];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    sent.destroy();
    const body = JSON.parse(text) as { errors?: { extensions: { code: unknown } }[] };
    return { status: response.statusCode, code: body.errors?.[0]?.extensions.code };
  }

  test('of zero bytes', async () => {
    expect(await upload((sent) => sent.end())).toMatchObject({ status: 415, code: 'MEDIA_UNSUPPORTED' });
  });

  test('of 200 MB that says so', async () => {
    const found = await soon(() => upload((sent) => sent.flushHeaders(), { 'content-length': 200 * MIB }));
    expect(found).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' });
  });

  test('of 200 MB that does not say so, with little memory', async () => {
    const png = Buffer.from(await picture(), 'base64');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const found = await soon(() => upload((sent) => {
      const block = Buffer.alloc(MIB);
      let left = 200;
      const pump = (): void => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        while (left-- > 0 && !sent.destroyed) if (!sent.write(block)) return void sent.once('drain', pump);
        if (!sent.destroyed) sent.end();
      };
      sent.write(png);
      pump();
    }));
    expect(found).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' });
    expect(most).toBeLessThan(32 * MIB);
  });

  test('of a PNG that claims 100000x100000', async () => {
    expect(await upload((sent) => sent.end(claimingPng(100_000, 100_000)))).toMatchObject({ status: 413, code: 'MEDIA_TOO_LARGE' });
  });

  test('of text', async () => {
    expect(await upload((sent) => sent.end('Dear Sir or Madam'))).toMatchObject({ status: 415, code: 'MEDIA_UNSUPPORTED' });
  });
});

describe('a text', () => {
  const long = 'wörd '.repeat((10 * MIB) / 6);

  test('of 10 MB for chat', async () => {
    const found = await refusedChat({ messages: [{ role: 'USER', content: [{ text: 'x'.repeat(10 * MIB) }] }] });
    expect(found.code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });

  test('of 10 MB for sentiment', async () => {
    expect(await refusal('query ($text: String!) { sentiment(input: { text: $text }) { label } }', { text: long })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.text' });
  });

  test('of 10 MB for embed', async () => {
    const found = await refusal('query ($text: String!) { embed(input: { texts: ["short", $text] }) { dimensions } }', { text: long });
    expect(found).toMatchObject({ code: 'CONTEXT_LENGTH_EXCEEDED', field: 'input.texts[1]' });
  });

  test.each(['', '  \n '])('of nothing: %j', async (text) => {
    expect((await refusal('query ($text: String!) { sentiment(input: { text: $text }) { label } }', { text })).code).toBe('BAD_USER_INPUT');
    expect((await refusal('query ($text: String!) { embed(input: { texts: [$text] }) { dimensions } }', { text })).code).toBe('BAD_USER_INPUT');
  });

  test('none to embed', async () => {
    expect((await refusal('{ embed(input: { texts: [] }) { dimensions } }', {})).field).toBe('input.texts');
  });

  test('10,001 to embed', async () => {
    const texts = Array.from({ length: 10_001 }, () => 'x');
    expect((await refusal('query ($texts: [String!]!) { embed(input: { texts: $texts }) { dimensions } }', { texts })).field).toBe('input.texts');
  });

  test('that is no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"query":"query ($t: String!) { sentiment(input: { text: $t }) { label } }","variables":{"t":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}}')]);
    const response = await four.gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('UTF-8'), extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a model', () => {
  test.each([
    ['chat', 'query ($model: String) { chat(input: { model: $model, messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { text } }', 'replys', 'replies'],
    ['sentiment', 'query ($model: String) { sentiment(input: { model: $model, text: "Hi" }) { label } }', 'felling', 'feeling'],
    ['embed', 'query ($model: String) { embed(input: { model: $model, texts: ["Hi"] }) { dimensions } }', 'vectros', 'vectors'],
  ])('that is not known to %s is named with the nearest that is', async (_, query, model, nearest) => {
    const found = await refusal(query, { model });
    expect(found).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.model' });
    expect(found.message).toContain(model);
    expect(found.message).toContain(nearest);
  });

  test('of another operation', async () => {
    expect(await refusedChat({ ...HELLO, model: 'vectors' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.model' });
  });

  test('whose name is a megabyte', async () => {
    const found = await refusedChat({ ...HELLO, model: 'x'.repeat(MIB) });
    expect(found.code).toBe('BAD_USER_INPUT');
    expect(found.message.length).toBeLessThan(1_000);
  });
});

describe('a conversation', () => {
  const say = (role: string, ...content: object[]) => ({ role, content });
  const call = { toolCall: { id: 'c1', name: 'order', arguments: {} } };
  const result = { toolResult: { toolCallId: 'c1', content: 'ok' } };

  test.each([
    ['without messages', [], 'input.messages'],
    ['that begins with the model', [say('ASSISTANT', { text: 'Hi' }), say('USER', { text: 'Hi' })], 'input.messages[0].role'],
    ['that begins an answer and ends in white space', [say('USER', { text: 'Hi' }), say('ASSISTANT', { text: 'Hi ' })], 'input.messages[1].content'],
    ['with instructions in its midst', [say('USER', { text: 'Hi' }), say('SYSTEM', { text: 'Hi' })], 'input.messages[1].role'],
    ['of instructions alone', [say('SYSTEM', { text: 'Hi' })], 'input.messages'],
    ['with a tool result that nobody asked for', [say('USER', { text: 'Hi' }), say('TOOL', result)], 'input.messages[1].content[0].toolResult.toolCallId'],
    ['with a tool call that nobody answered', [say('USER', { text: 'Hi' }), say('ASSISTANT', call), say('USER', { text: 'Hi' })], 'input.messages[2].role'],
    ['with a picture of the model', [say('USER', { text: 'Hi' }), say('ASSISTANT', { image: { base64: '' } })], 'input.messages[1].content[0].image.base64'],
    ['with a message of nothing', [say('USER')], 'input.messages[0].content'],
  ])('%s', async (_, messages, field) => {
    expect((await refusedChat({ messages })).field).toBe(field);
  });

  test.each([
    ['no part', {}],
    ['two parts in one', { text: 'Hi', toolResult: { toolCallId: 'x', content: 'y' } }],
    ['a part that is null', { text: null }],
  ])('with %s', async (_, part) => {
    expect((await refusedChat({ messages: [say('USER', part)] })).code).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['maxTokens', 0],
    ['temperature', 2.5],
    ['temperature', 'hot'],
    ['topP', 1.5],
    ['stop', Array.from({ length: 8_192 }, (_, index) => `stop ${index}`)],
  ])('with %s of %j', async (name, value) => {
    expect((await refusedChat({ ...HELLO, [name]: value })).code).toBe('BAD_USER_INPUT');
  });
});

describe('a schema of a tool or an answer', () => {
  const tool = (parameters: object) => ({ ...HELLO, tools: [{ name: 'order', parameters }] });
  const cyclic = { type: 'object', properties: { child: { $ref: '#/$defs/node' } }, $defs: { node: { type: 'object', properties: { child: { $ref: '#/$defs/node' } } } } };

  test.each([
    ['cyclic', cyclic],
    ['of itself', { type: 'object', properties: { self: { $ref: '#' } } }],
    ['of another place', { type: 'object', properties: { other: { $ref: 'https://example.com/schema.json' } } }],
    ['of nothing', { type: 'object', properties: { other: { $ref: '#/$defs/none' } } }],
    ['of no object', { type: 'string' }],
    ['of 100 levels', { type: 'object', properties: { deep: nested(100) } }],
  ])('%s, of a tool', async (_, parameters) => {
    const found = await refusedChat(tool(parameters));
    expect(found.code).toBe('BAD_USER_INPUT');
    expect(found.field).toMatch(/^input\.tools\[0]\.parameters/);
  });

  test('cyclic, of an answer', async () => {
    const found = await refusedChat({ ...HELLO, responseFormat: { jsonSchema: { name: 'x', schema: cyclic } } });
    expect(found.field).toMatch(/^input\.responseFormat\.jsonSchema\.schema/);
  });
});

/** An object of so many levels. */
function nested(levels: number): object {
  let value: object = { type: 'string' };
  for (let level = 0; level < levels; level++) value = { inner: value };
  return value;
}

describe('JSON of a hundred thousand levels', () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

  test.each(['metadata', 'tools'])('as %s of chat', async (field) => {
    const value = field === 'tools' ? `[{"name":"x","parameters":${deep}}]` : deep;
    const body = `{"query":"query ($input: ChatInput!) { chat(input: $input) { text } }","variables":{"input":{"messages":[{"role":"USER","content":[{"text":"Hi"}]}],"${field}":${value}}}}`;
    const response = await soon(() => four.gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('a document', () => {
  test('of 1,000 levels', async () => {
    expect((await refusal(`${'{ viewer '.repeat(1_000)}${'}'.repeat(1_000)}`, {})).code).toBe('GRAPHQL_PARSE_FAILED');
  });

  test('of 1,000 aliases of a call', async () => {
    const { errors } = await four.gateway.query(`{ ${Array.from({ length: 200 }, (_, index) => `a${index}: models { name }`).join(' ')} }`);
    expect(errors?.[0]?.message).toContain('at most 30 are allowed');
  });

  test('of fragments that unfold into a million fields', async () => {
    const fragments = Array.from({ length: 20 }, (_, index) => `fragment F${index} on Model { ${index === 19 ? 'name a: name' : `...F${index + 1} ... on Model { ...F${index + 1} }`} }`);
    const found = await refusal(`{ models { ...F0 } } ${fragments.join(' ')}`, {});
    expect(found.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('of fragments that go in a circle', async () => {
    const { errors } = await four.gateway.query('{ models { ...A } } fragment A on Model { ...B } fragment B on Model { ...A }');
    expect(errors?.[0]?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
