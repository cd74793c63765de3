import { describe, expect, it } from 'vitest';
import { chunks, coded, createMedia, NEVER, OWNER, photo } from './support.ts';

const SOUNDS: [string, string, string][] = [
  ['wav', 'audio/wav', 'RIFF\x24\0\0\0WAVEfmt '],
  ['mp3', 'audio/mpeg', 'ID3\x04\0\0\0\0\0\x00'],
  ['mp3', 'audio/mpeg', '\xff\xfb\x90\x64\0\0\0\0'],
  ['flac', 'audio/flac', 'fLaC\0\0\0\x22'],
  ['ogg', 'audio/ogg', 'OggS\0\x02\0\0'],
  ['m4a', 'audio/mp4', '\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom'],
  ['webm', 'audio/webm', '\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm'],
];

describe('a sound', () => {
  for (const [format, mimeType, start] of SOUNDS) {
    const bytes = Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(200)]);
    it(`is known as ${format} by ${JSON.stringify(start.slice(0, 4))}`, async () => {
      const media = await createMedia();
      const audio = await media.audio({ base64: bytes.toString('base64') }, 'a', OWNER, NEVER);
      expect(audio.format).toBe(format);
      expect(bytes.equals(audio.bytes)).toBe(true);
      const upload = await media.store(chunks(bytes), OWNER, NEVER);
      expect(upload).toMatchObject({ kind: 'audio', mimeType, bytes: bytes.length });
      expect(upload).not.toHaveProperty('width');
      expect((await media.audio({ upload: upload.id }, 'a', OWNER, NEVER)).format).toBe(format);
    });
  }

  it('is refused when it is none', async () => {
    const media = await createMedia();
    const picture = (await photo(10, 10).jpeg().toBuffer()).toString('base64');
    await expect(media.audio({ base64: picture }, 'a', OWNER, NEVER)).rejects.toMatchObject(
      coded('MEDIA_UNSUPPORTED', /^a\.base64: a sound is expected, this is image\/jpeg.*WAV, MP3/),
    );
    for (const bytes of ['\xff\xfe\x61\0', '\xff\xf1\x50\x80', '\xff\xfb\xf0\0', '\x1aE\xdf\xa3matroska', '\0\0\0\x14ftypqt  ']) {
      const base64 = Buffer.from(bytes, 'latin1').toString('base64');
      await expect(media.audio({ base64 }, 'a', OWNER, NEVER)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('is refused over its own limit while it arrives', async () => {
    const media = await createMedia({ limits: { maxAudioBytes: 100_000 } });
    const long = Buffer.concat([Buffer.from('fLaC', 'latin1'), Buffer.alloc(100_000)]);
    await expect(media.store(chunks(long), OWNER, NEVER)).rejects.toMatchObject(coded('MEDIA_TOO_LARGE', /a sound/));
  });
});
