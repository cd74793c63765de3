import { OnnxGraph } from './onnx-graph.ts';
import { quantiseBlocks, quantiseRows } from './quantise.ts';
import { SafetensorsFile } from './safetensors.ts';

const HIDDEN = 384;
const HEADS = 12;
const LAYERS = 6;
const HEAD_SIZE = HIDDEN / HEADS;
const EPSILON = 1e-12;
const BLOCK = 128;
const EARLY_LAYER = 2;

/**
 * Builds all-MiniLM-L6-v2 (a BERT of 6 layers, arXiv:2002.10957) as an ONNX model with weights of 8 bits.
 *
 * Input: `ids` and `mask`, int64 [batch, tokens]. Output: `vectors`, float32 [batch, 384], the mean over the tokens
 * that the mask shows, of length 1; and `early`, the mean after the third layer, which still tells the tone of a text
 * apart where the last layer only tells its topic. Activations are quantised by row and block (`MatMulNBits`, accuracy level 4), so
 * that a text's vector does not depend on its neighbours in the batch, as it would with `DynamicQuantizeLinear`.
 */
export function buildMinilm(weightsPath: string): Uint8Array<ArrayBuffer> {
  const weights = new SafetensorsFile(weightsPath);
  try {
    const graph = new OnnxGraph({ '': 20, 'com.microsoft': 1 });
    const ids = graph.input('ids', 'int64', ['batch', 'tokens']);
    const mask = graph.input('mask', 'int64', ['batch', 'tokens']);
    const layers = new BertLayers(graph, weights);
    const shown = graph.node('Cast', [mask], { attributes: { to: { int: 1 } } });
    const hidden = graph.node('Mul', [graph.node('Sub', [graph.scalar(1), shown]), graph.scalar(-1e4)]);
    const bias = graph.node('Unsqueeze', [hidden, graph.ints(1, 2)]);
    let state = layers.embed(ids);
    for (let index = 0; index < LAYERS; index++) {
      state = layers.layer(`encoder.layer.${index}`, state, bias);
      if (index === EARLY_LAYER) mean(graph, state, shown, 'early');
    }
    const last = mean(graph, state, shown);
    graph.node('LpNormalization', [last], { attributes: { axis: { int: 1 }, p: { int: 2 } }, output: 'vectors' });
    for (const output of ['vectors', 'early']) graph.output(output, 'float32', ['batch', HIDDEN]);
    return graph.model('all-MiniLM-L6-v2', 'kanon');
  } finally {
    weights.close();
  }
}

/** Mean over the shown tokens. */
function mean(graph: OnnxGraph, state: string, shown: string, output?: string): string {
  const weight = graph.node('Unsqueeze', [shown, graph.ints(2)]);
  const drop = { attributes: { keepdims: { int: 0 } } };
  const sum = graph.node('ReduceSum', [graph.node('Mul', [state, weight]), graph.ints(1)], drop);
  const count = graph.node('ReduceSum', [weight, graph.ints(1)], drop);
  return graph.node('Div', [sum, count], output === undefined ? {} : { output });
}

class BertLayers {
  readonly #graph: OnnxGraph;
  readonly #weights: SafetensorsFile;

  constructor(graph: OnnxGraph, weights: SafetensorsFile) {
    this.#graph = graph;
    this.#weights = weights;
  }

  embed(ids: string): string {
    const graph = this.#graph;
    const { shape, data } = this.#weights.tensor('embeddings.word_embeddings.weight');
    const words = quantiseRows({ shape, data });
    const table = graph.constant('int8', shape, words.values);
    const scales = graph.constant('float32', [shape[0] ?? 0, 1], words.scales);
    const rows = graph.node('Cast', [graph.node('Gather', [table, ids])], { attributes: { to: { int: 1 } } });
    const word = graph.node('Mul', [rows, graph.node('Gather', [scales, ids])]);

    // There is one segment only, so its embedding is part of each position's.
    const position = this.#weights.tensor('embeddings.position_embeddings.weight');
    const segment = this.#weights.tensor('embeddings.token_type_embeddings.weight');
    const places = position.data.map((value, i) => value + (segment.data[i % HIDDEN] ?? 0));
    const placeTable = graph.constant('float32', position.shape, places);
    const length = graph.node('Shape', [ids], { attributes: { start: { int: 1 }, end: { int: 2 } } });
    const place = graph.node('Slice', [placeTable, graph.ints(0), length, graph.ints(0)]);
    return this.#norm('embeddings.LayerNorm', graph.node('Add', [word, place]));
  }

  layer(name: string, state: string, bias: string): string {
    const graph = this.#graph;
    const heads = (part: string, perm: readonly number[]): string => {
      const projected = this.#linear(`${name}.attention.self.${part}`, state);
      const split = graph.node('Reshape', [projected, graph.ints(0, 0, HEADS, HEAD_SIZE)]);
      return graph.node('Transpose', [split], { attributes: { perm: { ints: perm } } });
    };
    const scores = graph.node('MatMul', [heads('query', [0, 2, 1, 3]), heads('key', [0, 2, 3, 1])]);
    const scaled = graph.node('Add', [graph.node('Mul', [scores, graph.scalar(HEAD_SIZE ** -0.5)]), bias]);
    const shares = graph.node('Softmax', [scaled], { attributes: { axis: { int: 3 } } });
    const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, heads('value', [0, 2, 1, 3])])], {
      attributes: { perm: { ints: [0, 2, 1, 3] } },
    });
    const joined = graph.node('Reshape', [mixed, graph.ints(0, 0, HIDDEN)]);
    const attended = this.#linear(`${name}.attention.output.dense`, joined);
    const middle = this.#norm(`${name}.attention.output.LayerNorm`, graph.node('Add', [attended, state]));
    const wide = graph.node('Gelu', [this.#linear(`${name}.intermediate.dense`, middle)]);
    const narrow = this.#linear(`${name}.output.dense`, wide);
    return this.#norm(`${name}.output.LayerNorm`, graph.node('Add', [narrow, middle]));
  }

  #linear(name: string, input: string): string {
    const graph = this.#graph;
    const weights = this.#weights.tensor(`${name}.weight`);
    const [rows = 0, columns = 0] = weights.shape;
    const blocks = columns / BLOCK;
    const { values, scales } = quantiseBlocks(weights, BLOCK);
    const product = graph.node(
      'MatMulNBits',
      [
        input,
        graph.constant('uint8', [rows, blocks, BLOCK], values),
        graph.constant('float32', [rows, blocks], scales),
      ],
      {
        domain: 'com.microsoft',
        attributes: {
          K: { int: columns },
          N: { int: rows },
          bits: { int: 8 },
          block_size: { int: BLOCK },
          accuracy_level: { int: 4 },
        },
      },
    );
    return graph.node('Add', [product, this.#vector(`${name}.bias`)]);
  }

  #norm(name: string, input: string): string {
    return this.#graph.node(
      'LayerNormalization',
      [input, this.#vector(`${name}.weight`), this.#vector(`${name}.bias`)],
      { attributes: { axis: { int: 2 }, epsilon: { float: EPSILON } } },
    );
  }

  #vector(name: string): string {
    const { shape, data } = this.#weights.tensor(name);
    return this.#graph.constant('float32', shape, data);
  }
}
