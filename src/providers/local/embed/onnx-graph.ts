import { ProtobufWriter } from './protobuf.ts';

/** Field numbers and enums are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const DATA_TYPES = { float32: 1, uint8: 2, int8: 3, int64: 7 } as const;
export type TensorType = keyof typeof DATA_TYPES;

export type Attribute = { int: number } | { float: number } | { ints: readonly number[] } | { string: string };

export interface NodeOptions {
  /** `com.microsoft` for ONNX Runtime's own operators. */
  domain?: string;
  attributes?: Record<string, Attribute>;
}

/** A dimension is a size, or the name of one that is known only when the graph runs. */
type Dimension = number | string;

/** Builds an ONNX model node by node; every value is named by the string that its maker returned. */
export class OnnxGraph {
  readonly #nodes = new ProtobufWriter();
  readonly #initializers = new ProtobufWriter();
  readonly #ends = new ProtobufWriter();
  readonly #opsets: Record<string, number>;
  #count = 0;

  /** @param opsets the version of each operator set in use; `''` is ONNX's own. */
  constructor(opsets: Record<string, number>) {
    this.#opsets = opsets;
  }

  input(name: string, type: TensorType, shape: readonly Dimension[]): string {
    this.#end(11, name, type, shape);
    return name;
  }

  output(name: string, type: TensorType, shape: readonly Dimension[]): void {
    this.#end(12, name, type, shape);
  }

  constant(type: TensorType, shape: readonly number[], data: NodeJS.ArrayBufferView): string {
    const name = `c${this.#count++}`;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.message(5, (tensor) => {
      for (const size of shape) tensor.int(1, size);
      tensor.int(2, DATA_TYPES[type]).string(8, name).bytes(9, bytes);
    });
    return name;
  }

  scalar(value: number): string {
    return this.constant('float32', [], Float32Array.of(value));
  }

  ints(...values: number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Adds a node of one output and gives that output's name. An empty input name is an absent optional input. */
  node(operator: string, inputs: readonly string[], options: NodeOptions & { output?: string } = {}): string {
    const output = options.output ?? `v${this.#count++}`;
    this.#nodes.message(1, (node) => {
      for (const input of inputs) node.string(1, input);
      node.string(2, output).string(4, operator);
      for (const [name, value] of Object.entries(options.attributes ?? {})) {
        node.message(5, (attribute) => writeAttribute(attribute, name, value));
      }
      if (options.domain !== undefined) node.string(7, options.domain);
    });
    return output;
  }

  /** The bytes of the model file. */
  model(name: string, producer: string): Uint8Array<ArrayBuffer> {
    const model = new ProtobufWriter().int(1, 9).string(2, producer);
    model.message(7, (graph) => {
      for (const part of [this.#nodes, this.#initializers, this.#ends]) graph.append(part);
      graph.string(2, name);
    });
    for (const [domain, version] of Object.entries(this.#opsets)) {
      model.message(8, (opset) => opset.string(1, domain).int(2, version));
    }
    return model.finish();
  }

  #end(field: number, name: string, type: TensorType, shape: readonly Dimension[]): void {
    this.#ends.message(field, (info) => {
      info.string(1, name).message(2, (value) => {
        value.message(1, (tensor) => {
          tensor.int(1, DATA_TYPES[type]).message(2, (dimensions) => {
            for (const size of shape) {
              dimensions.message(1, (dimension) =>
                typeof size === 'number' ? dimension.int(1, size) : dimension.string(2, size),
              );
            }
          });
        });
      });
    });
  }
}

function writeAttribute(writer: ProtobufWriter, name: string, value: Attribute): void {
  writer.string(1, name);
  if ('float' in value) writer.float(2, value.float).int(20, 1);
  else if ('int' in value) writer.int(3, value.int).int(20, 2);
  else if ('string' in value) writer.string(4, value.string).int(20, 3);
  else {
    for (const item of value.ints) writer.int(8, item);
    writer.int(20, 7);
  }
}
