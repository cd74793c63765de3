import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { failsWith } from '../faults/index.ts';
import { FourBranches } from '../harness/branches.ts';

let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start({ server: { limits: { maxCost: 400 } } });
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

/** What is different each time. */
const ownWords = (text: string) => text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');

async function post(accept: string, body: unknown) {
  const response = await four.gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'));
  return { status: response.status, headers, text: ownWords(await response.text()) };
}

const CHAT = 'query Ask($input: ChatInput!) { chat(input: $input) { text __typename message { content { ... on TextPart { text } } } meta { model usage { input } cost { usd known } } } }';
const input = { messages: [{ role: 'USER', content: [{ text: 'Hi "there"' }] }] };
const ask = 'chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] })';

// Apollo Server weighs an `Accept` that no client of today sends; the others are answered without it.
test.each([
  ['application/json', 'application/json;q=0.8'],
  ['*/*', '*/*;q=0.8'],
  ['application/graphql-response+json', 'application/graphql-response+json;q=0.8'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json, application/json;q=0.8'],
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json,application/json;q=0.8'],
  ['application/json, text/plain, */*', 'application/json, text/plain, */*;q=0.8'],
])('%s is answered as Apollo Server answers', async (direct, byApollo) => {
  const bodies: unknown[] = [
    { query: CHAT, variables: { input } },
    { query: `${CHAT} query Other { viewer { app } }`, operationName: 'Other', extensions: { any: 1 }, variables: null },
    { query: 'query ($off: Boolean!) { viewer { app scopes @skip(if: $off) } }', variables: { off: true } },
    { query: '{ viewer { app } models { name operation } }', operationName: null, extensions: { cost: true } },
    // Refused, or answered in part.
    { query: CHAT, variables: { input: { messages: 'none' } } },
    { query: CHAT },
    { query: '{ multimodal(input: { text: "Hi" }) { chat(model: "none") { text } sentiment { label } } }' },
    { query: `{ ${ask} { text } other: chat(input: { messages: [] }) { text } }` },
    { query: `{ a: ${ask} { text } b: ${ask} { text } c: ${ask} { text } d: ${ask} { text } e: ${ask} { text } }` },
    { query: '{ viewr { app } }' },
    { query: '{ viewer { app }' },
    { query: CHAT, operationName: 'Nobody' },
    { query: `subscription { ${ask} { __typename } }` },
    { query: '{ multimodal(input: { text: "Hi" }) { ... @defer { chat { text } } } }' },
    { query: '', variables: {} },
    { query: CHAT, variables: '{}' },
    { query: 7 },
    {},
    [],
    [{ query: CHAT, variables: { input } }],
  ];
  for (const body of bodies) {
    const asked = JSON.stringify(body);
    expect({ asked, ...(await post(direct, body)) }).toEqual({ asked, ...(await post(byApollo, body)) });
  }
});

test('an error of a vendor is told as Apollo Server tells it', async () => {
  four.vendors.chat.behave(failsWith(400));
  const [direct, byApollo] = [await post('application/json', { query: CHAT, variables: { input } }), await post('application/json;q=0.8', { query: CHAT, variables: { input } })];
  expect(direct.text).toContain('"errors"');
  expect(direct).toEqual(byApollo);
});
