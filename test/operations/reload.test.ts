import { writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { answers, startFakeOpenAI, tokens, type FakeVendor } from '../faults/index.ts';
import { TestGateway } from '../harness/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function vendorWith(text: string): Promise<FakeVendor> {
  const vendor = await startFakeOpenAI(answers(text));
  open.push(vendor);
  return vendor;
}

function config(vendor: FakeVendor, model = 'support'): Record<string, unknown> {
  return {
    providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
    models: { [model]: { operation: 'chat', targets: [{ provider: 'shop', model: 'gpt-test' }] } },
  };
}

async function reload(gateway: TestGateway, next: Record<string, unknown>): Promise<void> {
  await writeFile(gateway.configPath, stringify(next));
  await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
}

const input = { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] };
const ASK = 'query ($input: ChatInput!) { chat(input: $input) { text meta { model } } }';

test('new calls go by the new config', async () => {
  const [before, after] = [await vendorWith('before'), await vendorWith('after')];
  const gateway = await TestGateway.start({ config: config(before) });
  open.push({ close: () => gateway[Symbol.asyncDispose]() });
  expect((await gateway.query(ASK, { input })).data).toMatchObject({ chat: { text: 'before', meta: { model: 'support' } } });
  await reload(gateway, config(after, 'help'));
  expect((await gateway.query(ASK, { input })).data).toMatchObject({ chat: { text: 'after', meta: { model: 'help' } } });
  expect((await gateway.query('{ models { name } }')).data).toEqual({ models: [{ name: 'help' }] });
});

test('a stream that is running goes on by the config that it began with', async () => {
  const [before, after] = [await vendorWith(''), await vendorWith('after')];
  before.behave(tokens(40, { betweenTokensMs: 10 }));
  const gateway = await TestGateway.start({ config: config(before) });
  open.push({ close: () => gateway[Symbol.asyncDispose]() });
  const SUBSCRIBE = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDone { text } } }';
  let reloaded = false;
  const types: string[] = [];
  for await (const event of gateway.socket().iterate<{ chat: { __typename: string } }>({ query: SUBSCRIBE, variables: { input } })) {
    types.push(event.data?.chat.__typename ?? 'none');
    if (!reloaded) {
      reloaded = true;
      await reload(gateway, config(after));
    }
  }
  expect(types.at(-1)).toBe('ChatDone');
  expect(before.requests).toHaveLength(1);
});
