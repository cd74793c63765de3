import type * as Ort from 'onnxruntime-node';
import { UpstreamFailure } from '../../../canonical/failure.ts';

/** What both packages have in common (`onnxruntime-common`). */
export type OnnxApi = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

export interface OnnxRuntime {
  package: 'onnxruntime-node' | 'onnxruntime-web';
  api: OnnxApi;
}

export type ImportPackage = (name: string) => Promise<unknown>;

/**
 * Loads ONNX Runtime: the native package, or WebAssembly (about ten times slower) where that is missing or has no
 * binary for this machine.
 * @throws UpstreamFailure `unavailable` when neither is installed.
 */
export async function loadOnnxRuntime(importPackage: ImportPackage = (name) => import(name)): Promise<OnnxRuntime> {
  const causes: unknown[] = [];
  for (const name of ['onnxruntime-node', 'onnxruntime-web'] as const) {
    try {
      const api = (await importPackage(name)) as OnnxApi;
      // Threads would take the cores from the gateway's event loop, and gain nothing at this size of model.
      if (name === 'onnxruntime-web') api.env.wasm.numThreads = 1;
      return { package: name, api };
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new UpstreamFailure(
    'unavailable',
    'The local text models need the package onnxruntime-node (or onnxruntime-web): npm install onnxruntime-node',
    { cause: new AggregateError(causes) },
  );
}

/** Opens a model within bounds: one thread, and no arena that keeps the memory of the largest batch for ever. */
export function openSession({ package: name, api }: OnnxRuntime, model: Uint8Array): Promise<Ort.InferenceSession> {
  return api.InferenceSession.create(model, {
    executionProviders: [name === 'onnxruntime-node' ? 'cpu' : 'wasm'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
  });
}
