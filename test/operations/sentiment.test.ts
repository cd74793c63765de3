import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';

const ASK = /* GraphQL */ `
  query ($text: String!, $language: String) {
    sentiment(input: { text: $text, language: $language }) { label language confidence meta { warnings } }
  }
`;

interface Asked {
  sentiment: { label: string; language: string | null; confidence: number; meta: { warnings: string[] } };
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({
    config: {
      providers: { local: { kind: 'local' } },
      models: { feeling: { operation: 'sentiment', targets: [{ provider: 'local', model: 'lexicon' }] } },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function ask(text: string, language: string | null): Promise<Asked['sentiment'] | undefined> {
  const { data, errors } = await gateway.query<Asked>(ASK, { text, language });
  expect(errors).toBeUndefined();
  return data?.sentiment;
}

describe('the language of a sentiment', () => {
  test.each(['not a language!!', '', 'de_DE', 'd'])('is refused where it is no tag: %j', async (language) => {
    const { errors } = await gateway.query<Asked>(ASK, { text: 'Das ist schön.', language });
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('input.language'), extensions: { code: 'BAD_USER_INPUT' } });
  });

  test.each([
    ['Das ist sehr schön.', null, 'de'],
    ['Das ist sehr schön.', 'DE-at', 'de-AT'],
    ['Das ist sehr schön.', 'und', 'de'],
    ['OK', 'de', 'de'],
  ])('of %j, asked as %j, is %j without a warning', async (text, language, read) => {
    expect(await ask(text, language)).toMatchObject({ language: read, meta: { warnings: [] } });
  });

  test('that is not read here comes with a warning, and as what it was asked or read as', async () => {
    const french = await ask("Mon colis est arrivé cassé et personne ne répond, c'est honteux.", 'fr');
    expect(french).toMatchObject({ language: 'fr', meta: { warnings: [expect.stringContaining('fr is not read here')] } });
    expect(french?.confidence).toBeLessThanOrEqual(0.3);
    const german = await ask('Das Paket ist leider kaputt und niemand antwortet.', 'fr');
    expect(german).toMatchObject({ label: 'NEGATIVE', language: 'de', meta: { warnings: [expect.stringContaining('read as German')] } });
  });
});
