import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/policy/masking/index.ts';
import type { MaskSession } from '../../../src/policy/masking/index.ts';
import { maskerOf } from './support.ts';

const ADDRESS = 'anna@example.org';

async function sessionWith(...texts: readonly string[]): Promise<MaskSession> {
  const session = maskerOf(['EMAIL', 'API_KEY', 'IP']).session();
  for (const text of texts) await session.mask(text);
  return session;
}

describe('what models make of placeholders', () => {
  it.each([
    '[EMAIL_1]',
    '[email_1]',
    '[Email_1]',
    '\\[EMAIL\\_1\\]',
    '[EMAIL\\_1]',
    '[EMAIL 1]',
    '[EMAIL-1]',
    '[ EMAIL_1 ]',
    '［EMAIL＿１］',
    '【EMAIL_1】',
    '[EMA\u200bIL_\u20601]',
    'EMAIL_1',
    'EMAIL\\_1',
  ])('%j comes back as the value', async (written) => {
    const session = await sessionWith(ADDRESS);
    expect(session.unmask(`Write to ${written}, please.`)).toBe(`Write to ${ADDRESS}, please.`);
  });

  it('keeps what stands around a placeholder', async () => {
    const session = await sessionWith(ADDRESS);
    expect(session.unmask('**[EMAIL_1]** (EMAIL_1) <EMAIL_1> "EMAIL_1".')).toBe(`**${ADDRESS}** (${ADDRESS}) <${ADDRESS}> "${ADDRESS}".`);
  });

  it.each(['[EMAIL_9]', '[EMAIL_01]', '[EMAIL_0]', '[PERSON_1]', 'email_1', 'MY_EMAIL_1', 'EMAIL_1st', '[EMAIL1]', '[EMAIL]', '[EMAIL_11]'])(
    'leaves %j alone',
    async (written) => {
      const session = await sessionWith(ADDRESS);
      expect(session.unmask(`a ${written} b`)).toBe(`a ${written} b`);
    },
  );

  it('reads kinds of several words', async () => {
    const session = await sessionWith('the key sk-abcdefghijklmnop1234', '10.1.2.3');
    expect(session.unmask('[API_KEY_1] [api-key-1] \\[API\\_KEY\\_1\\] IP_1')).toBe(
      'sk-abcdefghijklmnop1234 sk-abcdefghijklmnop1234 sk-abcdefghijklmnop1234 10.1.2.3',
    );
  });
});

describe('streams', () => {
  it('sends at once what cannot become a placeholder', async () => {
    const unmasker = (await sessionWith(ADDRESS)).unmasker();
    expect(unmasker.push('Hello, world')).toBe('Hello, world');
    expect(unmasker.push(' [EMA')).toBe(' ');
    expect(unmasker.push('IL_1')).toBe('');
    expect(unmasker.push('] and [EM')).toBe(`${ADDRESS} and `);
    expect(unmasker.push('PTY]')).toBe('[EMPTY]');
    expect(unmasker.end()).toBe('');
  });

  it('sends everything at once where nothing was masked', async () => {
    const unmasker = maskerOf().session().unmasker();
    expect(unmasker.push('[EMAIL_')).toBe('[EMAIL_');
  });

  it('holds back a bounded number of characters', async () => {
    const unmasker = (await sessionWith(ADDRESS)).unmasker();
    let held = 0;
    let sent = 0;
    for (const unit of `[  \u200b\u200b\u200b\u200b${'EMAIL_123456'.split('').join('\u200b\u200b\u200b\u200b')}`.repeat(50)) {
      held += unit.length;
      sent += unmasker.push(unit).length;
      expect(held - sent).toBeLessThan(120);
    }
  });

  const pieces = fc.oneof(
    fc.constantFrom('[', ']', '\\', '_', ' ', '［', '］', '\u200b', 'EMAIL', 'email', 'API_KEY', 'API', 'KEY', 'IP', '1', '2', '9', '１', '[EMAIL_1]', '[API_KEY_1]', '\\[IP\\_1\\]', 'IP_1', '"', '\n', 'é', '😀', '\ud83d', 'x'),
    fc.string({ maxLength: 4 }),
  );
  const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));

  it.each([false, true])('equal the whole, however they are cut (json: %s)', async (json) => {
    const session = await sessionWith(`${ADDRESS} sk-abcdefghijklmnop1234 10.1.2.3 "bob \\"x\\"@y"@example.org`);
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 8 }), { maxLength: 60 }), (text, sizes) => {
        const unmasker = session.unmasker({ json });
        let out = '';
        let at = 0;
        for (const size of sizes) {
          out += unmasker.push(text.slice(at, at + size));
          at += size;
        }
        out += unmasker.push(text.slice(at)) + unmasker.end();
        expect(out).toBe(json ? session.unmaskJson(text) : session.unmask(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('JSON', () => {
  it('escapes values as strings are', async () => {
    const masker = new Masker({ kinds: [], patterns: [{ name: 'SECRET', pattern: '<<(?s:.)*?>>' }] });
    const session = masker.session();
    const value = '<<a "quoted"\n\\ line\u0001>>';
    await session.mask(value);
    expect(JSON.parse(session.unmaskJson('{"note":"see [SECRET_1] and \\\\[SECRET\\\\_1\\\\]"}'))).toEqual({ note: `see ${value} and ${value}` });
  });

  it('masks inside of JSON and gives the same JSON back', async () => {
    const session = maskerOf().session();
    const original = { customerName: 'Anna Müller', note: 'mail\n"anna@example.org"', nested: [{ host: '10.1.2.3' }], ok: true, none: null, count: 3 };
    const masked = await session.maskJson(JSON.stringify(original).replace('ü', '\\u00fc').replace('anna@', 'anna\\u0040'));
    expect(JSON.parse(masked)).toEqual({ customerName: '[PERSON_1]', note: 'mail\n"[EMAIL_1]"', nested: [{ host: '[IP_1]' }], ok: true, none: null, count: 3 });
    expect(JSON.parse(session.unmaskJson(masked))).toEqual(original);
  });

  it('turns a masked number into a string, so that it stays JSON', async () => {
    const session = maskerOf(['CARD']).session();
    const masked = await session.maskJson('{"pan":4111111111111111,"list":[4111111111111111]}');
    expect(JSON.parse(masked)).toEqual({ pan: '[CARD_1]', list: ['[CARD_1]'] });
  });

  it('stays JSON for any value, and comes back equal', async () => {
    const words = fc.constantFrom('anna@example.org', 'Anna Meyer', '10.1.2.3', '[EMAIL_1]', 'DE89370400440532013000', 'a "b" \\ c', 'é\n\t', '12 Main Street');
    const strings = fc.array(fc.oneof(words, fc.string({ maxLength: 6 })), { maxLength: 5 }).map((parts) => parts.join(' '));
    const values = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, strings, fc.boolean(), fc.constant(null), fc.integer({ min: -1000, max: 1000 }), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(strings, tie('value'), { maxKeys: 4 })),
    })).value;
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const session = maskerOf(['EMAIL', 'IP', 'IBAN', 'PERSON', 'ADDRESS']).session();
        const masked = await session.maskJson(JSON.stringify(value));
        expect(masked).not.toContain('anna@example.org');
        expect(JSON.parse(session.unmaskJson(masked))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
