import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ModelFileOptions {
  /** Folder of the built models; made when it is missing. */
  folder: string;
  /** Name without its version: `minilm-l6-v2-int8`. */
  name: string;
  /** Counted up whenever `build` makes something else; files of other versions are removed. */
  version: number;
  build: () => Uint8Array<ArrayBuffer>;
  /** Told when the file is built, in ms, and when it cannot be kept. */
  report: (event: { built: number } | { notKept: unknown }) => void;
}

/**
 * Reads a model that is built once and kept in the data folder. The file ends in its own SHA-256, so that a torn or
 * damaged one is noticed and built anew; it appears under its name only when it is whole. Where the folder cannot be
 * written, the model is built at each start.
 */
export async function readModelFile(options: ModelFileOptions): Promise<Uint8Array> {
  const { folder, name, version } = options;
  const file = `${name}-v${version}.onnx`;
  const kept = await readChecked(join(folder, file));
  if (kept !== null) return kept;
  const startedAt = performance.now();
  const model = options.build();
  options.report({ built: Math.round(performance.now() - startedAt) });
  try {
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `.${file}.${randomUUID()}`);
    try {
      await writeFile(temporary, Buffer.concat([model, digest(model)]));
      await rename(temporary, join(folder, file));
    } finally {
      await rm(temporary, { force: true });
    }
    for (const other of await readdir(folder)) {
      if (other !== file && other.startsWith(`${name}-v`)) await rm(join(folder, other), { force: true });
    }
  } catch (error) {
    options.report({ notKept: error });
  }
  return model;
}

const DIGEST_BYTES = 32;

async function readChecked(path: string): Promise<Uint8Array | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    return null;
  }
  const model = bytes.subarray(0, -DIGEST_BYTES);
  return digest(model).equals(bytes.subarray(-DIGEST_BYTES)) ? model : null;
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
