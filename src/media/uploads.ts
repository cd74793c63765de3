import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../canonical/errors.ts';
import type { Log } from '../telemetry/log.ts';
import { abortable } from './iterate.ts';
import type { MediaLimits } from './limits.ts';
import { BLOCK_BYTES, Quota } from './quota.ts';
import { isMissing, UPLOAD_ID, UploadFile, type UploadRecord } from './upload-file.ts';

/** What is known of an upload from looking at it. */
type Inspected = Omit<UploadRecord, 'owner' | 'bytes' | 'expiresAt'>;

/** Looks at an upload while it arrives and when it is whole. Each throws a MediaError to refuse it. */
export interface Inspector {
  /** At every chunk: the first bytes so far (some are enough) and how many have come. */
  arriving(head: Buffer, total: number): void;
  whole(read: () => Promise<Buffer>, total: number): Promise<Inspected>;
}

export interface Stored {
  id: string;
  record: UploadRecord;
}

/** Bytes of the head that the inspector is shown. */
const HEAD_BYTES = 64;
const MAX_SWEEP_MS = 60_000;

/** Uploads as files of the data folder: each belongs to one owner, and lives for a while. */
export class Uploads {
  readonly #folder: string;
  readonly #log: Log;
  readonly #limits: MediaLimits;
  readonly #quota: Quota;
  readonly #records = new Map<string, UploadRecord>();
  readonly #arriving = new Set<string>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #loaded: Promise<void>;

  constructor(dataDir: string, log: Log, limits: MediaLimits) {
    this.#folder = join(dataDir, 'uploads');
    this.#log = log;
    this.#limits = limits;
    this.#quota = new Quota(limits);
    this.#loaded = this.#load().catch((error: unknown) => log.error({ err: error }, 'uploads: the folder cannot be read'));
    this.#sweeper = setInterval(() => this.#sweepQuietly(), Math.min(MAX_SWEEP_MS, Math.max(50, limits.uploadTtlMs / 4)));
    this.#sweeper.unref();
  }

  /**
   * Writes a stream to a file, chunk by chunk as it comes. A refused or broken one leaves nothing behind.
   * @throws what the inspector throws; KanonError RATE_LIMITED when there is no room; AbortedError.
   */
  async store(stream: AsyncIterable<Uint8Array>, owner: string, inspector: Inspector, signal: AbortSignal): Promise<Stored> {
    await this.#loaded;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const id = randomBytes(16).toString('hex');
    const file = new UploadFile(this.#folder, id);
    let taken = 0;
    const take = (bytes: number): void => {
      this.#quota.take(owner, bytes);
      taken += bytes;
    };
    this.#arriving.add(id);
    try {
      take(BLOCK_BYTES);
      const total = await this.#write(stream, file, inspector, (sum) => take(Math.max(0, sum - taken)), signal);
      const inspected = await inspector.whole(async () => (await file.read(signal)) ?? Buffer.alloc(0), total);
      const record = { ...inspected, owner, bytes: total, expiresAt: Date.now() + this.#limits.uploadTtlMs };
      await file.commit(record);
      this.#records.set(id, record);
      return { id, record };
    } catch (error) {
      this.#quota.give(owner, taken);
      await file.remove();
      throw error;
    } finally {
      this.#arriving.delete(id);
    }
  }

  /**
   * The bytes of an upload. One of another owner is as unknown as one that never was.
   * @throws InputError.
   */
  async read(id: string, owner: string, field: string, signal: AbortSignal): Promise<Buffer> {
    await this.#loaded;
    const unknown = new InputError(field, 'there is no upload with this id, or it has expired; upload the file again.');
    if (!UPLOAD_ID.test(id)) throw unknown;
    const file = new UploadFile(this.#folder, id);
    // Another instance on the same folder may have taken it in.
    const record = this.#records.get(id) ?? (await file.readRecord());
    if (record === null || record.owner !== owner || record.expiresAt <= Date.now()) throw unknown;
    const bytes = await file.read(signal);
    // A cut file is what a crash of the machine leaves.
    if (bytes?.length !== record.bytes) throw unknown;
    return bytes;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#loaded;
  }

  async #write(
    stream: AsyncIterable<Uint8Array>,
    file: UploadFile,
    inspector: Inspector,
    count: (total: number) => void,
    signal: AbortSignal,
  ): Promise<number> {
    await using handle = await file.create();
    let head = Buffer.alloc(0);
    let total = 0;
    for await (const chunk of abortable(stream, signal)) {
      total += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      inspector.arriving(head, total);
      count(total);
      await handle.writeFile(chunk);
    }
    return total;
  }

  async #load(): Promise<void> {
    for (const name of await this.#names()) {
      const id = name.replace(/\.json$/, '');
      if (id === name || !UPLOAD_ID.test(id)) continue;
      const record = await new UploadFile(this.#folder, id).readRecord();
      if (record === null) continue;
      this.#records.set(id, record);
      this.#quota.add(record.owner, diskBytes(record));
    }
    await this.#sweep();
  }

  #sweepQuietly(): void {
    this.#loaded
      .then(() => this.#sweep())
      .catch((error: unknown) => this.#log.warn({ err: error }, 'uploads: expired files could not be removed'));
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    for (const [id, record] of this.#records) {
      if (record.expiresAt > now) continue;
      this.#records.delete(id);
      this.#quota.give(record.owner, diskBytes(record));
      await new UploadFile(this.#folder, id).remove();
    }
    // What a crash or another instance left: nobody has written to it for as long as an upload lives.
    for (const name of await this.#names()) {
      const id = name.slice(0, 32);
      if (!UPLOAD_ID.test(id) || this.#records.has(id) || this.#arriving.has(id)) continue;
      const found = await stat(join(this.#folder, name)).catch(() => null);
      if (found !== null && found.mtimeMs + this.#limits.uploadTtlMs <= now) await new UploadFile(this.#folder, id).remove();
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

function diskBytes(record: UploadRecord): number {
  return Math.max(BLOCK_BYTES, record.bytes);
}
