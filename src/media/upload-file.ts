import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What is kept beside an upload, so that it outlives a restart. */
export interface UploadRecord {
  owner: string;
  bytes: number;
  mimeType: string;
  kind: 'image' | 'audio';
  width?: number | undefined;
  height?: number | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const RECORD = z.object({
  owner: z.string(),
  bytes: z.number(),
  mimeType: z.string(),
  kind: z.enum(['image', 'audio']),
  width: z.number().optional(),
  height: z.number().optional(),
  expiresAt: z.number(),
});

/** Only these become names of files. */
export const UPLOAD_ID = /^[0-9a-f]{32}$/;

/** The two files of an upload: its bytes, and its record, which comes last and makes it one. */
export class UploadFile {
  readonly #data: string;
  readonly #record: string;

  constructor(folder: string, id: string) {
    this.#data = join(folder, id);
    this.#record = join(folder, `${id}.json`);
  }

  /** Opens the file for new bytes, readable by this user alone. */
  async create(): Promise<FileHandle> {
    return open(this.#data, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  }

  /** Makes the written bytes an upload, at once or not at all. */
  async commit(record: UploadRecord): Promise<void> {
    const temporary = `${this.#record}.part`;
    await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
    await rename(temporary, this.#record);
  }

  /** @returns null when there is none, or it is broken. */
  async readRecord(): Promise<UploadRecord | null> {
    try {
      return RECORD.parse(JSON.parse(await readFile(this.#record, 'utf8')));
    } catch {
      return null;
    }
  }

  /** @returns null when the file is gone. */
  async read(signal?: AbortSignal): Promise<Buffer | null> {
    try {
      return await readFile(this.#data, { signal });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove(): Promise<void> {
    // The record first: without it there is no upload.
    await rm(this.#record, { force: true });
    await rm(`${this.#record}.part`, { force: true });
    await rm(this.#data, { force: true });
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
