import { closeSync, openSync, readSync } from 'node:fs';

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** A matrix or vector of weights, row by row. */
export interface Weights {
  shape: number[];
  data: Float32Array;
}

/**
 * Reads tensors out of a safetensors file (https://github.com/huggingface/safetensors#format), one at a time, so
 * that no more of the file is in memory than is being worked on.
 */
export class SafetensorsFile {
  readonly #fd: number;
  readonly #entries: Record<string, Entry>;
  readonly #dataStart: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    const size = Number(this.#read(0, 8).readBigUInt64LE());
    // The file comes with the pinned package; a wrong shape surfaces as an error of the first tensor read.
    this.#entries = JSON.parse(this.#read(8, size).toString('utf8')) as Record<string, Entry>;
    this.#dataStart = 8 + size;
  }

  /** @throws Error when there is no such tensor, or it is of a type other than F16 and F32. */
  tensor(name: string): Weights {
    const entry = this.#entries[name];
    if (entry === undefined) throw new Error(`The weights have no tensor ${name}.`);
    const [from, to] = entry.data_offsets;
    const bytes = this.#read(this.#dataStart + from, to - from);
    return { shape: entry.shape, data: decode(entry.dtype, bytes) };
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(position: number, length: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.from(new ArrayBuffer(length));
    let done = 0;
    while (done < length) {
      const count = readSync(this.#fd, bytes, done, length - done, position + done);
      if (count === 0) throw new Error('The weights file is shorter than it says.');
      done += count;
    }
    return bytes;
  }
}

function decode(dtype: string, bytes: Buffer<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (dtype !== 'F16') throw new Error(`Weights of type ${dtype} are not read here.`);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  HALVES ??= Float32Array.from({ length: 65_536 }, (_, half) => halfToFloat(half));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = HALVES[halves[i] ?? 0] ?? 0;
  return floats;
}

/** Every half there is: looking one up is ten times as fast as working it out. */
let HALVES: Float32Array | undefined;

/** IEEE 754 binary16. */
function halfToFloat(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
