import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaError } from '../../src/canonical/errors.ts';
import { stripMetadata } from '../../src/media/strip/strip.ts';
import { createMedia, NEVER, OWNER, photo, TARGET, withExif } from './support.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
const SOURCES = await Promise.all(FORMATS.map((format) => withExif(photo(24, 16))[format]().toBuffer()));

/** A real file with some bytes changed, some left out and some put in. */
const damaged = fc
  .record({
    source: fc.nat(SOURCES.length - 1),
    edits: fc.array(fc.record({ at: fc.nat(1500), cut: fc.nat(20), put: fc.uint8Array({ maxLength: 4 }) }), { maxLength: 4 }),
  })
  .map(({ source, edits }) => {
    let bytes = SOURCES[source] ?? Buffer.alloc(0);
    for (const { at, cut, put } of edits) bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
    return bytes;
  });

describe('damaged files', () => {
  it('become a picture within the limits or a coded error, never anything else', async () => {
    const media = await createMedia();
    const limits = { ...TARGET, maxSide: 100 };
    await fc.assert(
      fc.asyncProperty(damaged, async (bytes) => {
        const outcome = await media
          .image({ base64: bytes.toString('base64') }, 'i', OWNER, NEVER)
          .then((image) => image.encode(limits, NEVER))
          .then((encoded) => Math.max(encoded.width, encoded.height) <= limits.maxSide && encoded.bytes.length > 0)
          .catch((error: unknown) => error instanceof MediaError);
        expect(outcome).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('are stripped or left alone, whatever is in them', () => {
    const anything = fc.oneof(damaged, fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
    const types = fc.constantFrom('image/jpeg', 'image/png', 'image/webp');
    fc.assert(
      fc.property(anything, types, (bytes, type) => {
        const stripped = stripMetadata(bytes, type);
        // JFIF and RIFF headers are written anew, and nothing else is added.
        expect(stripped?.length ?? 0).toBeLessThanOrEqual(bytes.length + 18);
        expect(stripped === null || stripMetadata(stripped, type)?.equals(stripped)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
