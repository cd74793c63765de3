import { OnnxGraph } from '../../embed/onnx-graph.ts';
import type { TfModel, TfNode } from './tfjs-model.ts';

/**
 * Translates the part of a TensorFlow.js graph that leads to the given outputs into an ONNX model, so that it runs on
 * the runtime that the other models use: 60 times faster than TensorFlow.js without its native package. Pictures are
 * in the order channel, row, column there (NCHW) and row, column, channel here (NHWC).
 *
 * It knows the operators of convolutional detectors; @throws Error naming the first that it does not know.
 */
export function toOnnx(
  model: TfModel,
  input: { node: string; side: number },
  outputs: Readonly<Record<string, { node: string; shape: readonly number[] }>>,
): Uint8Array<ArrayBuffer> {
  const translation = new Translation(model, input);
  for (const [name, { node, shape }] of Object.entries(outputs)) translation.output(name, node, shape);
  return translation.graph.model('centernet', 'kanon');
}

/** Where TensorFlow's SAME padding puts the zeros: [top, left, bottom, right]. */
export function samePadding(side: number, kernel: number, stride: number): { before: number; after: number } {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  return { before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
}

interface Value {
  name: string;
  /** Rows and columns of a picture, which are always as many; 1 for what is broadcast. */
  side: number;
  channels: number;
}

class Translation {
  readonly graph = new OnnxGraph({ '': 17 });
  readonly #model: TfModel;
  readonly #values = new Map<string, Value>();

  constructor(model: TfModel, input: { node: string; side: number }) {
    this.#model = model;
    const name = this.graph.input('images', 'float32', [1, 3, input.side, input.side]);
    this.#values.set(input.node, { name, side: input.side, channels: 3 });
  }

  output(name: string, node: string, shape: readonly number[]): void {
    this.graph.node('Identity', [this.#value(node).name], { output: name });
    this.graph.output(name, 'float32', shape);
  }

  /** The value of a node, translating what it needs first. Recursion is as deep as the network, some 200 nodes. */
  #value(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const node = this.#model.nodes.get(name);
    if (node === undefined) throw new Error(`The model has no node ${name}.`);
    const value = node.op === 'Const' ? this.#constant(name) : this.#translate(node);
    this.#values.set(name, value);
    return value;
  }

  #translate(node: TfNode): Value {
    switch (node.op) {
      case '_FusedConv2D':
      case 'Conv2D':
      case 'FusedDepthwiseConv2dNative':
      case 'DepthwiseConv2dNative':
        return this.#convolution(node);
      case 'Add':
      case 'Mul':
        return this.#binary(node);
      case 'Relu':
      case 'Sigmoid':
      case 'Identity':
        return this.#unary(node.op, this.#input(node, 0));
      case 'Relu6':
        return this.#clip(this.#input(node, 0));
      case 'Mean':
        return this.#mean(this.#input(node, 0));
      case 'ResizeBilinear':
        return this.#enlarge(node);
      case 'ConcatV2':
        return this.#concat(this.#input(node, 0), this.#input(node, 1));
      default:
        throw new Error(`The operator ${node.op} of ${node.name} is not known.`);
    }
  }

  #input(node: TfNode, index: number): Value {
    const name = node.inputs[index];
    if (name === undefined) throw new Error(`${node.name} lacks input ${index}.`);
    return this.#value(name);
  }

  #weight(name: string | undefined): { shape: number[]; values: Float32Array | Int32Array } {
    const weight = name === undefined ? undefined : this.#model.weights.get(name);
    if (weight === undefined) throw new Error(`The model has no weight ${name}.`);
    return weight;
  }

  /** A scalar, or one number a channel. */
  #constant(name: string): Value {
    const { shape, values } = this.#weight(name);
    if (shape.length > 1) throw new Error(`The constant ${name} has more than one dimension.`);
    const data = Float32Array.from(values);
    const channels = data.length;
    return { name: this.graph.constant('float32', [1, channels, 1, 1], data), side: 1, channels };
  }

  #convolution(node: TfNode): Value {
    const depthwise = node.op.includes('Depthwise');
    const input = this.#input(node, 0);
    const { shape, values } = this.#weight(node.inputs[1]);
    const [rows = 1, columns = 1, from = 1, to = 1] = shape;
    if (rows !== columns) throw new Error(`${node.name} has a kernel that is not square.`);
    const channels = depthwise ? from * to : to;
    const stride = node.ints('strides')[1] ?? 1;
    const { before, after } =
      node.strings('padding')[0] === 'SAME' ? samePadding(input.side, rows, stride) : { before: 0, after: 0 };
    const weights = this.graph.constant(
      'float32',
      [channels, depthwise ? 1 : from, rows, columns],
      depthwise ? transposeDepthwise(values, rows, from, to) : transposeKernel(values, rows, from, to),
    );
    const fused = node.strings('fused_ops');
    const inputs = [input.name, weights];
    if (fused[0] === 'BiasAdd') {
      inputs.push(this.graph.constant('float32', [channels], Float32Array.from(this.#weight(node.inputs[2]).values)));
    }
    const name = this.graph.node('Conv', inputs, {
      attributes: {
        kernel_shape: { ints: [rows, columns] },
        strides: { ints: [stride, stride] },
        pads: { ints: [before, before, after, after] },
        group: { int: depthwise ? from : 1 },
      },
    });
    const side = Math.floor((input.side + before + after - rows) / stride) + 1;
    const value = { name, side, channels };
    switch (fused.at(-1)) {
      case 'Relu':
        return this.#unary('Relu', value);
      case 'Relu6':
        return this.#clip(value);
      case 'BiasAdd':
      case undefined:
        return value;
      default:
        throw new Error(`${node.name} is fused with ${fused.join(' and ')}.`);
    }
  }

  #binary(node: TfNode): Value {
    const a = this.#input(node, 0);
    const b = this.#input(node, 1);
    const name = this.graph.node(node.op, [a.name, b.name]);
    return { name, side: Math.max(a.side, b.side), channels: Math.max(a.channels, b.channels) };
  }

  #unary(operator: string, value: Value): Value {
    return { ...value, name: this.graph.node(operator, [value.name]) };
  }

  #clip(value: Value): Value {
    return { ...value, name: this.graph.node('Clip', [value.name, this.graph.scalar(0), this.graph.scalar(6)]) };
  }

  /** Over rows and columns: what a squeeze-and-excite block squeezes. */
  #mean(value: Value): Value {
    return { ...value, side: 1, name: this.graph.node('GlobalAveragePool', [value.name]) };
  }

  /** ResizeBilinear by two, with half pixel centres or without. */
  #enlarge(node: TfNode): Value {
    const value = this.#input(node, 0);
    const size = this.#weight(node.inputs[1]).values[0] ?? 0;
    if (size !== value.side * 2) throw new Error(`${node.name} enlarges by another factor than two.`);
    const name = this.graph.node('Resize', [value.name, '', this.graph.constant('float32', [4], Float32Array.of(1, 1, 2, 2))], {
      attributes: {
        mode: { string: 'linear' },
        coordinate_transformation_mode: { string: node.flag('half_pixel_centers') ? 'half_pixel' : 'asymmetric' },
      },
    });
    return { ...value, side: size, name };
  }

  #concat(a: Value, b: Value): Value {
    const name = this.graph.node('Concat', [a.name, b.name], { attributes: { axis: { int: 1 } } });
    return { name, side: a.side, channels: a.channels + b.channels };
  }
}

/** From row, column, input, output to output, input, row, column. */
function transposeKernel(values: Float32Array | Int32Array, size: number, from: number, to: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let place = 0; place < size * size; place += 1) {
    for (let i = 0; i < from; i += 1) {
      for (let o = 0; o < to; o += 1) {
        result[(o * from + i) * size * size + place] = values[(place * from + i) * to + o] ?? 0;
      }
    }
  }
  return result;
}

/** From row, column, input, multiplier to input and multiplier, row, column. */
function transposeDepthwise(values: Float32Array | Int32Array, size: number, from: number, times: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let place = 0; place < size * size; place += 1) {
    for (let channel = 0; channel < from * times; channel += 1) {
      result[channel * size * size + place] = values[place * from * times + channel] ?? 0;
    }
  }
  return result;
}
