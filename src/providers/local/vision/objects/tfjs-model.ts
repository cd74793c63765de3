import { z } from 'zod';

/** Attribute values as a TensorFlow.js graph model writes them; strings are base64. */
const attribute = z.object({
  s: z.string().optional(),
  b: z.boolean().optional(),
  list: z.object({ i: z.array(z.string()).optional(), s: z.array(z.string()).optional() }).optional(),
});

const graphModel = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attribute).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.object({
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.object({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
});

export interface TfNode {
  name: string;
  op: string;
  /** Names of the nodes that it reads; of those with several outputs, the first. */
  inputs: string[];
  strings: (attribute: string) => string[];
  ints: (attribute: string) => number[];
  flag: (attribute: string) => boolean;
}

export interface TfWeight {
  shape: number[];
  values: Float32Array | Int32Array;
}

/** A TensorFlow.js graph model, read and checked: nodes and constants by name. */
export interface TfModel {
  nodes: Map<string, TfNode>;
  weights: Map<string, TfWeight>;
}

/**
 * Reads a TensorFlow.js graph model.
 * https://github.com/tensorflow/tfjs/tree/master/tfjs-converter#output-files
 * @throws ZodError or RangeError when it is not one, or its weights are cut short.
 */
export function readTfModel(json: unknown, weightBytes: Uint8Array): TfModel {
  const model = graphModel.parse(json);
  const nodes = model.modelTopology.node.map((node): [string, TfNode] => {
    const decode = (value: string): string => Buffer.from(value, 'base64').toString('latin1');
    return [
      node.name,
      {
        name: node.name,
        op: node.op,
        inputs: node.input.map((input) => input.replace(/^\^|:0$/g, '')),
        strings: (name) => {
          const { s, list } = node.attr[name] ?? {};
          return (s === undefined ? (list?.s ?? []) : [s]).map(decode);
        },
        ints: (name) => (node.attr[name]?.list?.i ?? []).map(Number),
        flag: (name) => node.attr[name]?.b === true,
      },
    ];
  });
  const weights = new Map<string, TfWeight>();
  const view = new DataView(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength);
  let offset = 0;
  for (const { name, shape, dtype, quantization } of model.weightsManifest.flatMap((group) => group.weights)) {
    const size = shape.reduce((product, side) => product * side, 1);
    const values = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
    for (let index = 0; index < size; index += 1) {
      if (dtype === 'int32') values[index] = view.getInt32(offset, true);
      else values[index] = quantization === undefined ? view.getFloat32(offset, true) : view.getFloat16(offset, true);
      offset += quantization === undefined ? 4 : 2;
    }
    weights.set(name, { shape, values });
  }
  return { nodes: new Map(nodes), weights };
}
