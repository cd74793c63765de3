import { readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KanonError } from '../../src/canonical/errors.ts';
import { chunks, coded, createFolder, createMedia, NEVER, noise, orient, OWNER, photo, serve, TARGET } from './support.ts';

const filesOf = async (dataDir: string) => (await readdir(join(dataDir, 'uploads'))).toSorted();

async function receipt() {
  return orient(await photo(300, 200).jpeg().toBuffer(), 6);
}

afterEach(() => void vi.useRealTimers());

describe('an upload', () => {
  it('is taken in by chunks of any size, and used by its id', async () => {
    const media = await createMedia();
    const bytes = await receipt();
    for (const size of [1, 63, 65, 1_000_000]) {
      const upload = await media.store(chunks(bytes, size), OWNER, NEVER);
      expect(upload).toMatchObject({ bytes: bytes.length, mimeType: 'image/jpeg', kind: 'image', width: 200, height: 300 });
      expect(upload.id).toMatch(/^[0-9a-f]{32}$/);
      expect(upload.expiresAt.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
      const image = await media.image({ upload: upload.id }, 'i', OWNER, NEVER);
      expect(await image.encode(TARGET, NEVER)).toMatchObject({ width: 200, height: 300 });
    }
  });

  it('of another owner is as unknown as one that never was', async () => {
    const media = await createMedia();
    const { id } = await media.store(chunks(await receipt()), OWNER, NEVER);
    const messages = await Promise.all(
      [
        { upload: id, owner: 'app:other' },
        { upload: 'f'.repeat(32), owner: OWNER },
        { upload: '../../etc/passwd', owner: OWNER },
        { upload: `${id}.json`, owner: OWNER },
      ].map(async ({ upload, owner }) =>
        media.image({ upload }, 'input.image', owner, NEVER).catch((error: unknown) => error),
      ),
    );
    for (const message of messages) expect(message).toEqual(messages[1]);
    expect(messages[0]).toMatchObject(coded('BAD_USER_INPUT', /^input\.image\.upload: there is no upload/));
  });

  it('outlives a restart, and a cut file does not', async () => {
    const dataDir = await createFolder();
    const before = await createMedia({ dataDir });
    const [kept, cut] = [
      await before.store(chunks(await receipt()), OWNER, NEVER),
      await before.store(chunks(await receipt()), OWNER, NEVER),
    ];
    await before.close();
    await truncate(join(dataDir, 'uploads', cut.id), 100);
    const after = await createMedia({ dataDir });
    expect((await after.image({ upload: kept.id }, 'i', OWNER, NEVER)).width).toBe(200);
    await expect(after.image({ upload: cut.id }, 'i', OWNER, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is there for other instances on the same folder', async () => {
    const dataDir = await createFolder();
    const [one, two] = [await createMedia({ dataDir }), await createMedia({ dataDir })];
    const { id } = await one.store(chunks(await receipt()), OWNER, NEVER);
    expect((await two.image({ upload: id }, 'i', OWNER, NEVER)).height).toBe(300);
  });

  it('expires, and its files go', async () => {
    const dataDir = await createFolder();
    vi.useFakeTimers({ toFake: ['Date'] });
    const media = await createMedia({ dataDir, limits: { uploadTtlMs: 200 } });
    const { id } = await media.store(chunks(await receipt()), OWNER, NEVER);
    expect(await filesOf(dataDir)).toEqual([id, `${id}.json`]);
    vi.setSystemTime(Date.now() + 200);
    await expect(media.image({ upload: id }, 'i', OWNER, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect.poll(() => filesOf(dataDir)).toEqual([]);
  });

  it('that a crash left half done is swept away, and other files are not', async () => {
    const dataDir = await createFolder();
    const first = await createMedia({ dataDir });
    const { id } = await first.store(chunks(await receipt()), OWNER, NEVER);
    await first.close();
    const [old, fresh] = ['a'.repeat(32), 'b'.repeat(32)];
    for (const name of [old, fresh, 'README']) await writeFile(join(dataDir, 'uploads', name), 'half');
    await utimes(join(dataDir, 'uploads', old), 1, 1);
    await utimes(join(dataDir, 'uploads', 'README'), 1, 1);
    const second = await createMedia({ dataDir });
    await second.store(chunks(await receipt()), OWNER, NEVER);
    const files = await filesOf(dataDir);
    expect(files).toEqual(expect.arrayContaining([id, fresh, 'README']));
    expect(files).not.toContain(old);
  });

  it('of 200 MB is refused as soon as it is over the limit, and leaves nothing', async () => {
    const dataDir = await createFolder();
    const media = await createMedia({ dataDir });
    const head = await noise(100, 100).jpeg().toBuffer();
    const block = Buffer.alloc(1024 * 1024);
    let sent = 0;
    async function* stream() {
      yield head;
      for (; sent < 200; sent += 1) yield block;
    }
    await expect(media.store(stream(), OWNER, NEVER)).rejects.toMatchObject(
      coded('MEDIA_TOO_LARGE', /^upload: a picture may have at most 20 MiB/),
    );
    expect(sent).toBeLessThan(25);
    expect(await filesOf(dataDir)).toEqual([]);
  });

  it('of a wrong type is refused with its first bytes, and a broken header at its end', async () => {
    const dataDir = await createFolder();
    const media = await createMedia({ dataDir });
    let sent = 0;
    async function* text() {
      for (; sent < 1000; sent += 1) yield Buffer.from('just text, line by line\n');
    }
    await expect(media.store(text(), OWNER, NEVER)).rejects.toMatchObject(coded('MEDIA_UNSUPPORTED', /text is not accepted/));
    expect(sent).toBeLessThan(10);
    const broken = Buffer.concat([(await receipt()).subarray(0, 100), Buffer.alloc(100)]);
    await expect(media.store(chunks(broken), OWNER, NEVER)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    expect(await filesOf(dataDir)).toEqual([]);
  });

  it('whose sender leaves or stalls ends with the signal, and leaves nothing', async () => {
    const dataDir = await createFolder();
    const media = await createMedia({ dataDir });
    const bytes = await receipt();
    const leaving = new AbortController();
    async function* stalled() {
      yield bytes.subarray(0, 500);
      setTimeout(() => leaving.abort(), 20);
      await new Promise(() => {});
    }
    await expect(media.store(stalled(), OWNER, leaving.signal)).rejects.toMatchObject({ name: 'AbortedError' });
    async function* cut() {
      yield bytes.subarray(0, 500);
      throw new Error('socket hang up');
    }
    await expect(media.store(cut(), OWNER, NEVER)).rejects.toThrow('socket hang up');
    expect(await filesOf(dataDir)).toEqual([]);
  });

  it('that is refused over HTTP is told so, though its body was not read', async () => {
    const media = await createMedia();
    const host = await serve((request, response) => {
      media.store(request, OWNER, NEVER).then(
        ({ id }) => response.end(id),
        (error: unknown) => response.writeHead(400).end(error instanceof KanonError ? error.code : String(error)),
      );
    });
    const post = async (body: Buffer) => (await fetch(`http://${host}/`, { method: 'POST', body: new Uint8Array(body) })).text();
    expect(await post(Buffer.alloc(5_000_000, 'text '))).toBe('MEDIA_UNSUPPORTED');
    expect(await post(await receipt())).toMatch(/^[0-9a-f]{32}$/);
  });

  it('counts against its owner, also while it arrives, until it is gone', async () => {
    const bytes = await noise(200, 200).jpeg({ quality: 100 }).toBuffer();
    const dataDir = await createFolder();
    const limits = { maxUploadsBytesPerOwner: bytes.length * 2.5, uploadTtlMs: 1000 };
    vi.useFakeTimers({ toFake: ['Date'] });
    const media = await createMedia({ dataDir, limits });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => media.store(chunks(bytes, 1000), OWNER, NEVER)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2);
    await expect(
      (async () => {
        for (let count = 0; count < 3; count += 1) await media.store(chunks(bytes), OWNER, NEVER);
      })(),
    ).rejects.toMatchObject({ ...coded('RATE_LIMITED', /Your uploads may hold/), details: { retryAfterMs: 1000 } });
    await media.store(chunks(bytes), 'app:other', NEVER);
    // It holds after a restart, and no longer than the uploads themselves.
    const restarted = await createMedia({ dataDir, limits });
    await expect(restarted.store(chunks(bytes), OWNER, NEVER)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    vi.setSystemTime(Date.now() + 1000);
    await vi.waitFor(() => restarted.store(chunks(bytes), OWNER, NEVER), { timeout: 20_000, interval: 100 });
  });

  it('of few bytes still counts as a block, and all owners share the whole room', async () => {
    const tiny = await photo(1, 1).gif().toBuffer();
    const media = await createMedia({ limits: { maxUploadsBytes: 4096 * 3 } });
    for (const owner of ['a', 'b', 'c']) await media.store(chunks(tiny), owner, NEVER);
    await expect(media.store(chunks(tiny), 'd', NEVER)).rejects.toMatchObject(coded('RATE_LIMITED', /room for uploads is full/));
  });

  it('is unknown when its file was taken away', async () => {
    const dataDir = await createFolder();
    const media = await createMedia({ dataDir });
    const { id } = await media.store(chunks(await receipt()), OWNER, NEVER);
    await rm(join(dataDir, 'uploads', id));
    await expect(media.image({ upload: id }, 'i', OWNER, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
