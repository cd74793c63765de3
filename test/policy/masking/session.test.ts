import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../../src/canonical/errors.ts';
import { Masker, MaskingError } from '../../../src/policy/masking/index.ts';
import type { MaskingFailureReason, NameDetector } from '../../../src/policy/masking/index.ts';
import { maskerOf } from './support.ts';

const failure = (reason: MaskingFailureReason): object => expect.objectContaining({ name: 'MaskingError', reason }) as object;

describe('placeholders', () => {
  it('gives the same value the same placeholder, over all texts of a conversation', async () => {
    const session = maskerOf(['EMAIL']).session();
    expect(await session.mask('a@example.org, b@example.org, a@example.org')).toBe('[EMAIL_1], [EMAIL_2], [EMAIL_1]');
    expect(await session.mask('b@example.org c@example.org')).toBe('[EMAIL_2] [EMAIL_3]');
  });

  it('finds a value again where nothing around it gives it away', async () => {
    const session = maskerOf(['API_KEY', 'DATE_OF_BIRTH']).session();
    expect(await session.mask('my password is tr0ub4dor&3')).toBe('my password is [API_KEY_1]');
    expect(await session.mask('I typed tr0ub4dor&3 twice, not xtr0ub4dor&3x')).toBe('I typed [API_KEY_1] twice, not xtr0ub4dor&3x');
  });

  it('finds a value in an earlier text of the same call', async () => {
    const session = maskerOf(['PERSON']).session();
    expect(await session.maskAll([{ text: 'did Xanthe answer?' }, { text: 'my name is Xanthe Quill' }])).toEqual([
      'did [PERSON_1] answer?',
      'my name is [PERSON_2]',
    ]);
  });

  it('never gives out a placeholder that stands in the text', async () => {
    const session = maskerOf(['EMAIL']).session();
    const text = 'what does [EMAIL_1] or email_2 or EMAIL_3 mean, a@example.org? (\\[EMAIL\\_4\\], ［EMAIL＿５］)';
    const masked = await session.mask(text);
    expect(masked).toContain('[EMAIL_2]');
    expect(session.unmask(masked)).toBe(text);
  });

  it('keeps a placeholder text apart that the caller writes after it was given out', async () => {
    const session = maskerOf(['EMAIL']).session();
    await session.mask('a@example.org');
    const masked = await session.mask('what is [EMAIL_1]? and EMAIL_1?');
    expect(masked).not.toContain('EMAIL_1');
    expect(session.unmask(masked)).toBe('what is [EMAIL_1]? and EMAIL_1?');
  });

  it('knows nothing of another session', async () => {
    const masker = maskerOf(['EMAIL']);
    await masker.session().mask('a@example.org');
    expect(masker.session().unmask('[EMAIL_1]')).toBe('[EMAIL_1]');
  });
});

describe('modes', () => {
  it('redacts for good', async () => {
    const session = maskerOf(['EMAIL'], 'redact').session();
    const masked = await session.mask('a@example.org b@example.org');
    expect(masked).toBe('[EMAIL] [EMAIL]');
    expect(session.unmask(masked)).toBe(masked);
  });

  it('hashes alike under one key, over sessions', async () => {
    const masker = maskerOf(['EMAIL'], 'hash');
    const [first, second] = [await masker.session().mask('a@example.org'), await masker.session().mask('to a@example.org')];
    expect(first).toMatch(/^\[EMAIL:[0-9a-f]{16}\]$/);
    expect(second).toBe(`to ${first}`);
    const other = new Masker({ kinds: [{ kind: 'EMAIL', mode: 'hash' }] }, { hashKey: new Uint8Array(32).fill(8) });
    expect(await other.session().mask('a@example.org')).not.toBe(first);
  });

  it('takes the strictest mode where finds overlap', async () => {
    const masker = new Masker({
      kinds: [{ kind: 'EMAIL', mode: 'reversible' }],
      words: [{ name: 'PROJECT', words: ['bluebird'], mode: 'redact' }],
    });
    expect(await masker.session().mask('bluebird@example.org')).toBe('[EMAIL]');
  });
});

describe('the operator\'s own', () => {
  it('masks patterns and word lists, whole words in any case', async () => {
    const masker = new Masker({
      kinds: [],
      patterns: [{ name: 'CUSTOMER_NO', pattern: '\\bKD-[0-9]{4}\\b' }],
      words: [{ name: 'PROJECT', words: ['Blue Bird', 'Blue Bird Two', 'Straße', 'c++'] }],
    });
    const session = masker.session();
    expect(await session.mask('😀 KD-1234 on blue bird, BLUE BIRD TWO, bluebird, blue birds, STRASSE, straße, C++!')).toBe(
      '😀 [CUSTOMER_NO_1] on [PROJECT_1], [PROJECT_2], bluebird, blue birds, STRASSE, [PROJECT_3], [PROJECT_4]!',
    );
  });

  it.each([
    ['(?=a)b', /does not compile.*look-around/],
    ['(a)\\1', /does not compile/],
    ['', /1 to 1000/],
    ['((a{100}){100}){10}', /does not compile|too large/],
  ])('refuses the pattern %j with a reason', (pattern, message) => {
    expect(() => new Masker({ kinds: [], patterns: [{ name: 'OWN', pattern }] })).toThrow(message);
  });

  it.each(['own', 'OWN_1', 'EMAIL', 'A B', '', 'LITERAL_TEXT'])('refuses the name %j', (name) => {
    expect(() => new Masker({ kinds: [], words: [{ name, words: ['x'] }] })).toThrow(MaskingError);
  });

  it('stops a pattern that works too long on one text', async () => {
    // Each of the finds looks ahead to the end of the text.
    const masker = new Masker({ kinds: [], patterns: [{ name: 'SLOW', pattern: 'a(.*b)?' }] });
    await expect(masker.session().mask('a'.repeat(300_000))).rejects.toEqual(failure('deadline'));
  });

  it('refuses hash without a key', () => {
    expect(() => new Masker({ kinds: [{ kind: 'EMAIL', mode: 'hash' }] })).toThrow(/at least 16 bytes/);
  });
});

describe('finding without masking', () => {
  it('tells where values stand in the original text', () => {
    const text = 'to ａｎｎａ＠example.org, host 10.\u200b1.2.3';
    const spans = maskerOf(['EMAIL', 'IP']).find(text);
    expect(spans.map(({ start, end, kind }) => [kind, text.slice(start, end)])).toEqual([
      ['EMAIL', 'ａｎｎａ＠example.org'],
      ['IP', '10.\u200b1.2.3'],
    ]);
  });
});

describe('failing closed', () => {
  const withNames = (names: NameDetector, namesDeadlineMs = 1000): Masker => new Masker({ kinds: [{ kind: 'PERSON', mode: 'reversible' }] }, { names, namesDeadlineMs });

  it('adds what a model for names finds', async () => {
    const session = withNames(async (text) => [{ start: text.indexOf('bob'), end: text.indexOf('bob') + 3 }]).session();
    expect(await session.mask('ask bob')).toBe('ask [PERSON_1]');
  });

  it('throws when the model throws, without the text in the message', async () => {
    const session = withNames(async (text) => { throw new Error(`bad ${text}`); }).session();
    const error: unknown = await session.mask('secret words').catch((error: unknown) => error);
    expect(error).toEqual(failure('crash'));
    expect(`${String(error)} ${String(error instanceof Error && error.cause)}`).not.toContain('secret');
  });

  it.each([{ start: -1, end: 2 }, { start: 0, end: 99 }, { start: 2, end: 1 }, { start: 0.5, end: 1 }])('throws when the model tells nonsense: %j', async (span) => {
    await expect(withNames(async () => [span]).session().mask('abc')).rejects.toEqual(failure('crash'));
  });

  it('throws when the model is late, even one that never answers', async () => {
    await expect(withNames(() => new Promise(() => {}), 20).session().mask('abc')).rejects.toEqual(failure('deadline'));
  });

  it('follows the caller\'s signal', async () => {
    const controller = new AbortController();
    const masking = withNames(() => new Promise(() => {}), 10_000).session().mask('abc', controller.signal);
    controller.abort();
    await expect(masking).rejects.toBeInstanceOf(AbortedError);
    await expect(maskerOf().session().mask('abc', controller.signal)).rejects.toBeInstanceOf(AbortedError);
  });

  it('lets others have a turn while a long text is masked, and stops when the caller is gone', async () => {
    const controller = new AbortController();
    const masking = maskerOf().session().mask('Anna Meyer wrote to anna@example.org. '.repeat(2000), controller.signal);
    setImmediate(() => controller.abort());
    await expect(masking).rejects.toBeInstanceOf(AbortedError);
  });

  it('refuses a text that is too long, and too many values', async () => {
    const masker = new Masker({ kinds: [{ kind: 'EMAIL', mode: 'reversible' }] }, { maxLength: 100, maxValues: 2 });
    await expect(masker.session().mask('a'.repeat(101))).rejects.toEqual(failure('overload'));
    await expect(masker.session().mask('a@b.de b@b.de c@b.de')).rejects.toEqual(failure('overload'));
  });
});

describe('properties', () => {
  const values = [
    'anna@example.org', 'an\u200bna@example.org', 'bob+x@müller.de', '4111 1111 1111 1111', '４１１１１１１１１１１１１１１１', 'DE89 3704 0044 0532 0130 00', '+49 30 1234567',
    '192.168.0.1', '2001:db8::1', 'https://bob:s3cret@example.org/x', 'sk-abcdefghijklmnop1234', 'Anna Meyer', 'Frau Zahn', '123-45-6789',
    'Lange Straße 12a, 10115 Berlin', 'born 12.03.1985', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', 'KD-1234', 'blue bird',
  ];
  const traps = ['[EMAIL_1]', 'EMAIL_2', '\\[CARD\\_1\\]', '[', ']', '\\', '\\]', '_1', '[EMAIL', '[EMAIL:12]', '［', '\u0301', '\ud83d', '😀', ' ', '\n', ', ', '. ', '"', 'LITERAL_TEXT_1', '[LITERAL_TEXT_1]'];
  const texts = fc.array(fc.oneof(fc.constantFrom(...values), fc.constantFrom(...traps), fc.string({ maxLength: 5, unit: 'binary' })), { maxLength: 14 }).map((parts) => parts.join(''));
  const masker = (mode: 'reversible' | 'redact'): Masker =>
    new Masker({
      kinds: (['EMAIL', 'CARD', 'IBAN', 'PHONE', 'IP', 'URL_CREDENTIALS', 'API_KEY', 'PERSON', 'NATIONAL_ID', 'ADDRESS', 'DATE_OF_BIRTH', 'PRIVATE_KEY'] as const).map((kind) => ({ kind, mode })),
      patterns: [{ name: 'CUSTOMER_NO', pattern: 'KD-[0-9]+', mode }],
      words: [{ name: 'PROJECT', words: ['blue bird'], mode }],
    });

  it('unmasking what was masked gives the text back, over a whole conversation', async () => {
    const reversible = masker('reversible');
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 4 }), async (turns) => {
        const session = reversible.session();
        const masked: string[] = [];
        for (const turn of turns) masked.push(await session.mask(turn));
        expect(masked.map((text) => session.unmask(text))).toEqual(turns);
      }),
      { numRuns: 1500 },
    );
  });

  it('no value that stands by itself is left in what was masked, and none is in the summary', async () => {
    const redacting = masker('redact');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 6 }), async (chosen) => {
        const session = redacting.session();
        const masked = await session.mask(`We got ${chosen.join(' ; and ')} ; today.`);
        const bare = (text: string): string => text.normalize('NFKC').replaceAll(/[\u200b\s]/g, '');
        for (const value of chosen) {
          const secret = value.replace(/^https:\/\/|@example\.org\/x$|^Frau |^born /g, '');
          expect(bare(masked)).not.toContain(bare(secret));
          expect(bare(JSON.stringify(session.summary()))).not.toContain(bare(secret));
        }
        expect(session.summary().reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(chosen.length);
      }),
      { numRuns: 500 },
    );
  });
});
