import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { LoadedConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { parseConfig } from './parse.ts';

/** Largest config file in bytes. */
const MAX_BYTES = 1024 ** 2;

/**
 * Reads a config file and puts the environment's values in.
 * @throws ConfigError with every problem that was found, in the order of the file.
 */
export async function loadConfig(path: string, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  return decodeConfig(await readConfig(path), path, env);
}

/** @throws ConfigError when there is no such file, or it is too large. */
export async function readConfig(path: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readAtMost(path, MAX_BYTES + 1);
  } catch (cause) {
    throw unreadable(path, `cannot be read: ${reasonOf(cause)}`, cause);
  }
  if (bytes.length > MAX_BYTES) throw unreadable(path, `is larger than ${MAX_BYTES} bytes`);
  return bytes;
}

/** @throws ConfigError with every problem that was found. */
export function decodeConfig(bytes: Buffer, path: string, env: NodeJS.ProcessEnv): LoadedConfig {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'is not UTF-8 text', cause);
  }
  return { ...parseConfig(source, path, env), digest: digestOf(bytes) };
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A pipe or a device could be endless, so no more is read than is needed to see that it is too much. */
async function readAtMost(path: string, most: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(most);
    let filled = 0;
    while (filled < most) {
      const { bytesRead } = await file.read(buffer, filled, most - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return Buffer.from(buffer.subarray(0, filled));
  } finally {
    await file.close();
  }
}

function unreadable(path: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError('CONFIG_UNREADABLE', path, [{ message, line: 1, column: 1, length: 1, path: '' }], '', cause);
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'no permission';
  if (code === 'EISDIR') return 'it is a folder';
  return code === '' ? String(cause) : code;
}
