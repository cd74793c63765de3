import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { idOf } from './document-id.ts';

/** Milliseconds for which what was found, or not, is believed. */
const BELIEVED_MS = 1_000;
/** Most documents, and most unknown ids, that are kept in memory. */
const REMEMBERED = 1_000;
const EXTENSION = '.graphql';

/**
 * Registered documents, a file each in `documents/` of the data folder, named by the SHA-256 of what is in it. Written
 * beside a running gateway, which sees the change within a second; several may write at once.
 */
export class DocumentStore {
  readonly #folder: string;
  readonly #known = new Map<string, { text: string | null; until: number }>();

  /** @param dataDir the data folder */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'documents');
  }

  /** @param id hex; null when no document has it */
  async get(id: string): Promise<string | null> {
    const known = this.#known.get(id);
    if (known !== undefined && known.until > Date.now()) return known.text;
    const text = await readFile(this.#path(id), 'utf8').catch(() => null);
    // A file that was changed by hand is another document.
    const document = text !== null && idOf(text) === id ? text : null;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.delete(id);
    this.#known.set(id, { text: document, until: Date.now() + BELIEVED_MS });
    return document;
  }

  /** Writes a document, durably, whole or not at all. @returns its id */
  async put(text: string): Promise<string> {
    const id = idOf(text);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = join(this.#folder, `.${id}.${process.pid}`);
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#path(id));
    return id;
  }

  /** @returns false when there was none */
  async remove(id: string): Promise<boolean> {
    return rm(this.#path(id)).then(() => true, () => false);
  }

  /** The ids of all documents, in order. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => /^[0-9a-f]{64}\.graphql$/.test(name)).map((name) => name.slice(0, -EXTENSION.length)).sort();
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${EXTENSION}`);
  }
}
