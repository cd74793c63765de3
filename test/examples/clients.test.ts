import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askComposite } from '../../examples/clients/composite.ts';
import { listenToTokens } from '../../examples/clients/tokens.ts';
import { askFederation } from '../../examples/federation/client.ts';
import { tokenPieces, tokens, withFaults } from '../faults/index.ts';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';

let four: FourBranches;
const client = () => ({ url: four.gateway.url, key: ADMIN_KEY });

beforeAll(async () => {
  four = await FourBranches.start();
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const support = (name: string) => readFile(new URL(`../../examples/support/${name}`, import.meta.url));

describe('the composite client', () => {
  test('gets a reply, the mood and the receipt in one answer', async () => {
    const answer = await askComposite(client(), String(await support('message-en.txt')), await support('receipt-en.jpg'));
    expect(answer.chat?.text).toBe('We are sorry.');
    expect(answer.sentiment).toMatchObject({ label: 'NEGATIVE', emotions: [{ name: 'FRUSTRATION' }] });
    expect(answer.vision?.[0]?.document).toEqual({ merchant: 'Blue Kettle', date: '2026-11-02', total: 12.4, currency: 'EUR' });
    expect(answer.meta.plan).toContainEqual({ branch: 'CHAT', model: 'replies', after: ['SENTIMENT', 'VISION'] });
    expect(answer.meta.cost).toMatchObject({ known: true });
  });
});

describe('with local models, without any key', () => {
  test('the composite and the token client get an answer that says what it is', async () => {
    const target = (model: string) => [{ provider: 'local', model }];
    await using gateway = await TestGateway.start({
      config: {
        providers: { local: { kind: 'local' } },
        models: { replies: { operation: 'chat', targets: target('extractive') }, feeling: { operation: 'sentiment', targets: target('lexicon') } },
      },
    });
    const local = { url: gateway.url, key: ADMIN_KEY };
    const answer = await askComposite(local, 'This is terrible. The kettle leaks and nobody helps me.');
    expect(answer.sentiment).toMatchObject({ label: 'NEGATIVE' });
    expect(answer.chat?.text).not.toBe('');
    expect(answer.chat?.meta.warnings.join()).toMatch(/no language model/i);
    expect(answer.vision).toBeUndefined();
    let text = '';
    const done = await listenToTokens(local, 'Where do I find the warranty?', (piece) => (text += piece));
    expect(done.meta.model).toBe('replies');
    expect(text).not.toBe('');
  });
});

describe('the token client', () => {
  test('hands each piece on as it comes', async () => {
    four.vendors.chat.behave(tokens(20));
    const pieces: string[] = [];
    const done = await listenToTokens(client(), 'Why is the sky blue?', (text) => pieces.push(text));
    expect(pieces.join('')).toBe(tokenPieces(20).join(''));
    expect(pieces.length).toBeGreaterThan(1);
    expect(done).toMatchObject({ finishReason: 'STOP', meta: { model: 'replies', usage: { output: 20 } } });
  });

  test('tells that an answer broke off', async () => {
    four.vendors.chat.behave(withFaults(tokens(20), { kind: 'cut', afterTokens: 5 }));
    await expect(listenToTokens(client(), 'Why?', () => {})).rejects.toThrow('STREAM_INTERRUPTED');
  });
});

describe('the federation client', () => {
  test('joins reviews of one subgraph with the calls and models of the other', async () => {
    expect(await askFederation(client())).toEqual([
      {
        stars: 4,
        comment: 'Quick and kind.',
        product: { name: 'Blue Kettle' },
        call: { id: expect.any(String), outcome: 'OK', durationMs: expect.any(Number), cost: { usd: 0.00012, known: true }, usage: { output: 10 } },
        model: { name: 'replies', operation: 'CHAT', isDefault: true },
      },
    ]);
  });
});

test.each(['clients', 'federation'])('the persisted documents of examples/%s are named by their SHA-256', async (folder) => {
  const manifest: unknown = JSON.parse(await readFile(new URL(`../../examples/${folder}/generated/persisted-documents.json`, import.meta.url), 'utf8'));
  const documents = Object.entries(manifest ?? {});
  expect(documents.length).toBeGreaterThan(0);
  for (const [hash, document] of documents) expect(hash).toBe(`sha256:${createHash('sha256').update(String(document)).digest('hex')}`);
});
