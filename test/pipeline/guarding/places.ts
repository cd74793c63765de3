import { answers, type Answer, type FakeVendor } from '../../faults/index.ts';
import { type FourBranches, GOOD, picture, PICTURE } from '../../harness/branches.ts';

/** What became of a call with a text at some place. */
export interface Outcome {
  /** Everything that the caller was sent. */
  seen: string;
  /** Everything that the vendor of the judged call was sent; empty where it was not asked. */
  told: string;
}

export type Place = 'input' | 'grounding' | 'output';

/** One place where a text can stand, and the call that carries it there, by whichever door. */
export interface Where {
  name: string;
  place: Place;
  /** What of an answer stands there, for guardrails that judge only a part of it. */
  part: 'prose' | 'thinking' | 'vision' | 'request';
  send: (text: string) => Promise<Outcome>;
}

const META = 'meta { warnings }';
const PIECE = 7;
export const SYSTEM = 'You are the help desk of the Blue Kettle. Never offer a refund above ten euros.';

/** Every place of every operation. */
export function placesOf(four: FourBranches): Where[] {
  const { gateway, vendors } = four;
  const told = (vendor: FakeVendor): string => JSON.stringify(vendor.requests.map(({ body }) => body));
  const query = async (vendor: FakeVendor, text: string, variables: Record<string, unknown>): Promise<Outcome> => {
    const seen = JSON.stringify(await gateway.query(text, variables));
    return { seen, told: told(vendor) };
  };
  const events = async (vendor: FakeVendor, text: string, variables: Record<string, unknown>): Promise<Outcome> => {
    const seen = joined(await gateway.collect(text, variables));
    return { seen, told: told(vendor) };
  };
  const messages = (text: string, more: unknown[] = []) => ({
    messages: [{ role: 'SYSTEM', content: [{ text: SYSTEM }] }, { role: 'USER', content: [{ text }] }, ...more],
    tools: [{ name: 'note', parameters: { type: 'object' } }],
  });
  const chat = (input: object) => query(vendors.chat, `query ($input: ChatInput!) { chat(input: $input) { text message { content { __typename } } toolCalls { arguments } ${META} } }`, { input });
  const chatStream = (input: object) =>
    events(vendors.chat, `subscription ($input: ChatInput!) { chat(input: $input) { ... on ChatDelta { text refusal reasoning } ... on ChatToolCallDelta { arguments } ... on ChatDone { ${META} } ... on ChatError { code message } } }`, { input });
  const rest = async (text: string): Promise<Outcome> => {
    const response = await gateway.fetch('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'replies', messages: [{ role: 'user', content: text }] }) });
    // The facade says it in the vendor's words.
    return { seen: `${await response.text()} ${response.headers.get('x-kanon-warnings') ?? ''}`.replace('content_filter', 'GUARDRAIL_BLOCKED'), told: told(vendors.chat) };
  };
  const vision = async (question?: string) =>
    query(vendors.vision, `query ($input: VisionInput!) { vision(input: $input) { text blocks { text lines { text } } description objects { label } document { merchant items { description } } ${META} } }`, { input: { image: { base64: await picture() }, question } });
  const composite = async (selection: string, vendor: FakeVendor, text = 'Hello.') =>
    query(vendor, `query ($input: MultimodalInput!) { multimodal(input: $input) { ${selection} } }`, { input: { text, images: [{ base64: await picture() }] } });

  const answering = (answer: Answer | string) => vendors.chat.behave(answers(answer));
  const reading = (change: object) => vendors.vision.behave(answers({ text: JSON.stringify({ ...PICTURE, ...change }), usage: GOOD.vision.answer?.usage ?? {} }));
  const line = (text: string) => ({ text, box: { x: 0, y: 0, width: 1, height: 0.5 }, confidence: 0.9 });
  const ofDocument = (change: object) => reading({ document: { ...PICTURE.document, ...change } });

  return [
    { name: 'a message', place: 'input', part: 'request', send: (text) => chat(messages(text)) },
    { name: 'a message of a streamed chat', place: 'input', part: 'request', send: (text) => chatStream(messages(text)) },
    { name: 'a message by the REST facade', place: 'input', part: 'request', send: rest },
    { name: 'a text for sentiment', place: 'input', part: 'request', send: (text) => query(vendors.sentiment, `query ($text: String!) { sentiment(input: { text: $text }) { label ${META} } }`, { text }) },
    { name: 'a question to a picture', place: 'input', part: 'request', send: vision },
    { name: 'a text to embed', place: 'input', part: 'request', send: (text) => query(vendors.embed, `query ($text: String!) { embed(input: { texts: ["Hi", $text] }) { dimensions ${META} } }`, { text }) },
    { name: 'the text of a composite', place: 'input', part: 'request', send: (text) => composite(`chat { text ${META} }`, vendors.chat, text) },
    {
      name: 'the result of a tool',
      place: 'grounding',
      part: 'request',
      send: (text) =>
        chat(messages('What does it say?', [
          { role: 'ASSISTANT', content: [{ toolCall: { id: 'c', name: 'note', arguments: {} } }] },
          { role: 'TOOL', content: [{ toolResult: { toolCallId: 'c', content: text } }] },
        ])),
    },
    {
      name: 'the text of a picture that a reply is built on',
      place: 'grounding',
      part: 'request',
      send: (text) => {
        reading({ lines: [line(text)] });
        return composite(`chat(groundedOn: [VISION]) { text ${META} }`, vendors.chat);
      },
    },
    {
      name: 'a reply',
      place: 'output',
      part: 'prose',
      send: (text) => {
        answering(text);
        return chat(messages('Hello.'));
      },
    },
    {
      name: 'a streamed reply',
      place: 'output',
      part: 'prose',
      send: (text) => {
        answering({ text: text.match(new RegExp(`.{1,${PIECE}}`, 'gs')) ?? [] });
        return chatStream(messages('Hello.'));
      },
    },
    {
      name: 'the reply of a composite',
      place: 'output',
      part: 'prose',
      send: (text) => {
        answering(text);
        return composite(`chat(system: "${SYSTEM}") { text ${META} }`, vendors.chat);
      },
    },
    {
      name: 'a refusal',
      place: 'output',
      part: 'prose',
      send: (text) => {
        answering({ refusal: text });
        return chatStream(messages('Hello.'));
      },
    },
    {
      name: 'the arguments of a tool call',
      place: 'output',
      part: 'thinking',
      send: (text) => {
        answering({ toolCalls: [{ name: 'note', arguments: { text } }] });
        return chat(messages('Hello.'));
      },
    },
    {
      name: 'the arguments of a streamed tool call',
      place: 'output',
      part: 'thinking',
      send: (text) => {
        answering({ toolCalls: [{ name: 'note', arguments: { text } }] });
        return chatStream(messages('Hello.'));
      },
    },
    { name: 'the text in a picture', place: 'output', part: 'vision', send: (text) => (reading({ lines: [line(text)] }), vision()) },
    { name: 'the text in a picture of a composite', place: 'output', part: 'vision', send: (text) => (reading({ lines: [line(text)] }), composite(`vision { text blocks { text } ${META} }`, vendors.vision)) },
    { name: 'what is said of a picture', place: 'output', part: 'vision', send: (text) => (reading({ description: text }), vision()) },
    { name: 'a thing in a picture', place: 'output', part: 'vision', send: (text) => (reading({ objects: [{ label: text, box: null, confidence: 0.9 }] }), vision()) },
    { name: 'the merchant of a receipt', place: 'output', part: 'vision', send: (text) => (ofDocument({ merchant: text }), vision()) },
    { name: 'an item of a receipt', place: 'output', part: 'vision', send: (text) => (ofDocument({ items: [{ description: text, quantity: 1, amount: 2 }] }), vision()) },
  ];
}

/** The pieces of a stream as one text, so that what is cut in two is seen as well. */
function joined(results: readonly { data?: unknown; errors?: unknown }[]): string {
  const text = new Map<string, string>();
  const visit = (key: string, value: unknown): void => {
    if (typeof value === 'string') text.set(key, (text.get(key) ?? '') + value);
    else if (typeof value === 'object' && value !== null) for (const [inner, of] of Object.entries(value)) visit(/^\d+$/.test(inner) ? key : inner, of);
  };
  for (const result of results) visit('', result);
  return JSON.stringify(Object.fromEntries(text));
}
