import type { DocumentBlockParam } from '@anthropic-ai/sdk/resources/messages';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
let openKey: string;
beforeAll(async () => {
  vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], mask: ['EMAIL'] }, open: { scopes: ['*'], mask: ['EMAIL'], maskDocuments: false } } });
  openKey = await vendors.issueKey({ app: 'open', scopes: ['*'], policy: 'open' });
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const MAIL = 'ann@example.com';
const data = Buffer.from('%PDF-1.4 nothing').toString('base64');
const pdf: DocumentBlockParam = { type: 'document', title: 'bill.pdf', source: { type: 'base64', media_type: 'application/pdf', data } };
const note: DocumentBlockParam = { type: 'document', title: `From ${MAIL}`, context: `To ${MAIL}`, source: { type: 'text', media_type: 'text/plain', data: `Write to ${MAIL}.` }, citations: { enabled: true } };
const ask = (document: DocumentBlockParam, model = 'claude') => ({ model, max_tokens: 50, messages: [{ role: 'user' as const, content: [document, { type: 'text' as const, text: 'What is it?' }] }] });
const file = { type: 'file' as const, file: { filename: 'bill.pdf', file_data: `data:application/pdf;base64,${data}` } };

test('a text is masked, title and context too, and what the answer cites of it comes back', async () => {
  const citation = { type: 'char_location', cited_text: 'Write to [EMAIL_1].', document_index: 0, document_title: 'From [EMAIL_1]', start_char_index: 0, end_char_index: 19, file_id: null };
  vendors.anthropic.behave(() => answers({ blocks: [{ type: 'text', text: 'A note.', citations: [citation] }] }));
  const client = vendors.anthropicClient();
  const { data: message, response } = await client.messages.create(ask(note)).withResponse();
  const restored = { ...citation, cited_text: `Write to ${MAIL}.`, document_title: `From ${MAIL}` };
  expect(message.content).toEqual([{ type: 'text', text: 'A note.', citations: [restored] }]);
  expect(response.headers.get('x-kanon-warnings')).toContain('places of citations');
  expect((await client.messages.stream(ask(note)).finalMessage()).content).toMatchObject([{ citations: [restored] }]);
  const sent = JSON.stringify(vendors.anthropic.requests.map(({ body }) => body));
  expect(sent).not.toContain(MAIL);
  expect(sent).toContain('"data":"Write to [EMAIL_1]."');
});

test('a text goes to another vendor as text, and the wish for citations is told of', async () => {
  vendors.openai.behave(() => answers('A note.'));
  const { response } = await vendors.anthropicClient().messages.create(ask(note, 'gpt')).withResponse();
  expect(vendors.openai.requests[0]?.body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'From [EMAIL_1]\n\nTo [EMAIL_1]\n\nWrite to [EMAIL_1].' }, { type: 'text', text: 'What is it?' }] }]);
  expect(response.headers.get('x-kanon-warnings')).toContain('citations');
});

test('a PDF is not sent by a policy that masks, unless it says so', async () => {
  const refused = { status: 400, message: expect.stringContaining('maskDocuments: false') as unknown };
  await expect(vendors.anthropicClient().messages.create(ask(pdf))).rejects.toMatchObject(refused);
  await expect(vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: [file] }] })).rejects.toMatchObject(refused);
  expect([...vendors.anthropic.requests, ...vendors.openai.requests]).toHaveLength(0);
});

test('a PDF reaches both vendors, from both APIs', async () => {
  vendors.openai.behave(() => answers('A bill.'));
  vendors.anthropic.behave(() => answers('A bill.'));
  const anthropic = vendors.anthropicClient({ apiKey: openKey });
  const openai = vendors.openaiClient({ apiKey: openKey });
  for (const model of ['gpt', 'claude']) {
    const { response } = await anthropic.messages.create(ask(pdf, model)).withResponse();
    expect(response.headers.get('x-kanon-warnings')).toContain('PDFs were sent as they are');
    await openai.chat.completions.create({ model, messages: [{ role: 'user', content: [file] }] });
    await openai.responses.create({ model, input: [{ role: 'user', content: [{ type: 'input_file', filename: 'bill.pdf', file_data: file.file.file_data }] }] });
  }
  for (const request of vendors.openai.requests) expect(JSON.stringify(request.body)).toContain(JSON.stringify(file));
  for (const request of vendors.anthropic.requests) expect(request.body['messages']).toMatchObject([{ content: [{ type: 'document', title: 'bill.pdf', source: { type: 'base64', media_type: 'application/pdf', data } }, ...(request.attempt === 1 ? [{ type: 'text' }] : [])] }]);
});

test.each<[string, DocumentBlockParam['source'], string]>([
  ["a file of the vendor's account", { type: 'file', file_id: 'file_1' }, 'files of the vendor'],
  ['a document elsewhere', { type: 'url', url: 'https://example.com/a.pdf' }, 'not fetched'],
  ['what is no PDF', { type: 'base64', media_type: 'application/pdf', data: 'AAAA' }, 'expected a PDF'],
])('%s is refused, and the message says what to do', async (_, source, words) => {
  const client = vendors.anthropicClient({ apiKey: openKey });
  await expect(client.messages.create(ask({ type: 'document', source }))).rejects.toMatchObject({ status: 400, message: expect.stringContaining(words) as unknown });
});
