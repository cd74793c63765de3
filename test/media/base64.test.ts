import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/canonical/errors.ts';
import { decodeBase64 } from '../../src/media/base64.ts';
import { coded } from './support.ts';

const decode = (text: string, max = 1024) => decodeBase64(text, 'input.image.base64', max);

/** The bytes, or that they are malformed. */
function outcome(text: string): string {
  try {
    return decode(text).toString('hex');
  } catch (error) {
    return error instanceof InputError && error.message.includes('malformed base64') ? 'malformed' : String(error);
  }
}

describe('base64', () => {
  it('reads back whatever was written, in both alphabets, padded or not, wrapped or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        const standard = buffer.toString('base64');
        const wrapped = standard.replace(/.{76}/g, '$&\r\n');
        for (const text of [standard, standard.replace(/=+$/, ''), buffer.toString('base64url'), wrapped]) {
          expect(decode(text).equals(buffer)).toBe(true);
        }
      }),
    );
  });

  it('takes exactly what the grammar takes', () => {
    const grammar = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;
    const alphabet = fc.constantFrom(...'AQz09+/-_=! \n\u0141\u00ff.%');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (characters) => {
        const text = characters.join('');
        const bare = text.replace(/[ \n]/g, '');
        expect(outcome(text)).toBe(grammar.test(bare) ? Buffer.from(bare, 'base64').toString('hex') : 'malformed');
      }),
      { numRuns: 2000 },
    );
  });

  it('says where a wrong character stands, and does not repeat it', () => {
    expect(() => decode('AAAA$AAA')).toThrow('input.image.base64: malformed base64: the character at position 4 is not');
    expect(() => decode('AAAAA')).toThrow(/probably cut/);
  });

  it('refuses what is too long before decoding it, and names the way for large media', () => {
    expect(decode(Buffer.alloc(1024).toString('base64'))).toHaveLength(1024);
    expect(decode(Buffer.alloc(1024).toString('base64').replace(/.{60}/g, '$&\r\n'))).toHaveLength(1024);
    for (const bytes of [1025, 5000]) {
      expect(() => decode(Buffer.alloc(bytes).toString('base64'))).toThrow(
        expect.objectContaining(coded('MEDIA_TOO_LARGE', /at most 1 KiB .* POST \/uploads/)),
      );
    }
    const huge = 'A'.repeat(100_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decode(huge)).toThrow(/POST \/uploads/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('reads data URLs that are base64, and no others', () => {
    expect(decode('data:image/png;base64,AAEC').equals(Buffer.from([0, 1, 2]))).toBe(true);
    expect(decode('DATA:;charset=utf-8;BASE64,AAEC')).toHaveLength(3);
    expect(() => decode('data:image/svg+xml,%3Csvg/%3E')).toThrow(/not base64/);
    expect(() => decode(`data:${'x'.repeat(1000)};base64,AAEC`)).toThrow(/not base64/);
    expect(() => decode('data:image/png;base64')).toThrow(/not base64/);
  });
});
