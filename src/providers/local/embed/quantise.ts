import type { Weights } from './safetensors.ts';

/** Whole numbers of 8 bits and the factors that turn them back into weights. */
export interface Quantised<T extends Int8Array | Uint8Array> {
  values: T;
  scales: Float32Array;
}

/** Each row as -127 to 127 with a factor of its own. */
export function quantiseRows(weights: Weights): Quantised<Int8Array> {
  const [rows = 0, columns = 0] = weights.shape;
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const scale = largest(weights.data, from, from + columns) / 127 || 1;
    scales[row] = scale;
    for (let i = from; i < from + columns; i++) values[i] = Math.round((weights.data[i] ?? 0) / scale);
  }
  return { values, scales };
}

/**
 * Each row in blocks that have a factor of their own, around 128: the layout of ONNX Runtime's `MatMulNBits`.
 * The length of a row must be a multiple of the block.
 */
export function quantiseBlocks(weights: Weights, block: number): Quantised<Uint8Array> {
  const { data } = weights;
  const values = new Uint8Array(data.length);
  const scales = new Float32Array(data.length / block);
  for (let index = 0; index < scales.length; index++) {
    const from = index * block;
    const scale = largest(data, from, from + block) / 127 || 1;
    scales[index] = scale;
    for (let i = from; i < from + block; i++) values[i] = Math.round((data[i] ?? 0) / scale) + 128;
  }
  return { values, scales };
}

function largest(data: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(data[i] ?? 0);
    if (size > most) most = size;
  }
  return most;
}
