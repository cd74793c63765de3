import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readTfModel } from '../../../../../src/providers/local/vision/objects/tfjs-model.ts';
import { samePadding, toOnnx } from '../../../../../src/providers/local/vision/objects/to-onnx.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const node = (name: string, op: string, input: string[], attr: object = {}): object => ({ name, op, input, attr });
const conv = (stride: number, fused: string[] = []): object => ({
  strides: { list: { i: ['1', String(stride), String(stride), '1'] } },
  padding: { s: base64('SAME') },
  fused_ops: { list: { s: fused.map(base64) } },
});

/** A graph over a picture of 4 by 4 with three channels, and constants by name. */
function model(nodes: object[], weights: Record<string, { shape: number[]; values: number[] }>): ReturnType<typeof readTfModel> {
  const entries = Object.entries(weights);
  const json = {
    format: 'graph-model',
    modelTopology: { node: [node('images', 'Placeholder', []), ...entries.map(([name]) => node(name, 'Const', [])), ...nodes] },
    weightsManifest: [{ weights: entries.map(([name, { shape }]) => ({ name, shape, dtype: 'float32' })) }],
  };
  return readTfModel(json, new Uint8Array(Float32Array.from(entries.flatMap(([, { values }]) => values)).buffer));
}

async function run(tf: ReturnType<typeof readTfModel>, shape: number[], pixels: number[]): Promise<number[]> {
  const onnx = toOnnx(tf, { node: 'images', side: 4 }, { out: { node: 'last', shape } });
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  const { out } = await session.run({ images: new Tensor('float32', Float32Array.from(pixels), [1, 3, 4, 4]) });
  return Array.from(out?.data ?? [], Number);
}

const counting = Array.from({ length: 48 }, (_, index) => index);

describe('toOnnx', () => {
  it('convolves with TensorFlow\'s order of weights, its padding, a bias and an activation', async () => {
    // One output of a kernel of one pixel: 1 * red + 10 * green + 100 * blue - 2000, then nothing below 0.
    const tf = model([node('last', '_FusedConv2D', ['images', 'w', 'b'], conv(1, ['BiasAdd', 'Relu']))], {
      w: { shape: [1, 1, 3, 1], values: [1, 10, 100] },
      b: { shape: [1], values: [-4000] },
    });
    const expected = Array.from({ length: 16 }, (_, i) => Math.max(0, i + 10 * (16 + i) + 100 * (32 + i) - 4000));
    expect(await run(tf, [1, 1, 4, 4], counting)).toEqual(expected);
  });

  it('pads a strided convolution at its end, as TensorFlow does', async () => {
    // A depthwise kernel of three by three that takes the lower right corner.
    const tf = model([node('last', 'DepthwiseConv2dNative', ['images', 'w'], conv(2))], {
      w: { shape: [3, 3, 3, 1], values: [...Array.from({ length: 24 }, () => 0), 1, 1, 1] },
    });
    expect(await run(tf, [1, 3, 2, 2], counting)).toEqual([10, 0, 0, 0, 26, 0, 0, 0, 42, 0, 0, 0]);
  });

  it('adds, multiplies, clips, means, joins and enlarges', async () => {
    const tf = model(
      [
        node('sum', 'Add', ['images', 'one']),
        node('clipped', 'Relu6', ['sum']),
        node('mean', 'Mean', ['clipped', 'axes']),
        node('weighted', 'Mul', ['images', 'mean']),
        node('both', 'ConcatV2', ['weighted', 'images', 'axis']),
        node('last', 'ResizeBilinear', ['both', 'size'], { half_pixel_centers: { b: false } }),
      ],
      { one: { shape: [], values: [1] }, axes: { shape: [2], values: [1, 2] }, axis: { shape: [], values: [3] }, size: { shape: [2], values: [8, 8] } },
    );
    const out = await run(tf, [1, 6, 8, 8], counting);
    // Red: the pixels plus one are 1 2 3 4 5 6 and then 6 ten times: their mean is 81/16.
    const mean = 81 / 16;
    expect(out.slice(0, 8).map((value) => value / mean)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3].map((value) => expect.closeTo(value)));
    expect(out.slice(3 * 64, 3 * 64 + 4)).toEqual([0, 0.5, 1, 1.5]);
  });

  it('names an operator that it does not know', () => {
    const tf = model([node('last', 'Softmax', ['images'])], {});
    expect(() => toOnnx(tf, { node: 'images', side: 4 }, { out: { node: 'last', shape: [1] } })).toThrow('Softmax');
  });

  it('refuses what is no graph, and weights that are cut short', () => {
    expect(() => readTfModel({ format: 'layers-model' }, new Uint8Array())).toThrow('graph-model');
    const json = { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [{ weights: [{ name: 'w', shape: [4], dtype: 'float32' }] }] };
    expect(() => readTfModel(json, new Uint8Array(8))).toThrow(RangeError);
  });
});

describe('samePadding', () => {
  it.each([
    [4, 3, 1, { before: 1, after: 1 }],
    [4, 3, 2, { before: 0, after: 1 }],
    [4, 5, 2, { before: 1, after: 2 }],
    [4, 1, 2, { before: 0, after: 0 }],
  ])('of side %i, kernel %i, stride %i', (side, kernel, stride, padding) => {
    expect(samePadding(side, kernel, stride)).toEqual(padding);
  });
});
