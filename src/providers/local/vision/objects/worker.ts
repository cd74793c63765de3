import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { RawImage } from '../../../../canonical/media.ts';
import type { DetectedObject } from '../../../../canonical/results.ts';
import { loadOnnxRuntime } from '../../embed/onnx-runtime.ts';
import { logToHost, serveJobs } from '../../runtime/serve-jobs.ts';
import { toPlanes } from '../planes.ts';
import { decodeObjects } from './decode.ts';
import { COCO_LABELS } from './labels.ts';
import { readTfModel } from './tfjs-model.ts';
import { toOnnx } from './to-onnx.ts';

export interface ObjectJobs {
  /** Finds things in a picture: strongest first, boxes in the pixels of the input. */
  detect: { input: RawImage; output: DetectedObject[] };
}

const INPUT_SIDE = 512;
const STRIDE = 4;
const MAP_SIDE = INPUT_SIDE / STRIDE;
const MIN_CONFIDENCE = 0.3;

interface Detector {
  session: InferenceSession;
  createTensor: (data: Float32Array, dims: readonly number[]) => Tensor;
}

let detector: Promise<Detector> | null = null;

async function load(): Promise<Detector> {
  const start = performance.now();
  const runtime = await loadOnnxRuntime();
  // Only the weights of the package are used, not its program.
  const entry = createRequire(import.meta.url).resolve('@vladmandic/human');
  const file = (extension: string): string => join(dirname(entry), '..', 'models', `centernet.${extension}`);
  const model = readTfModel(JSON.parse(await readFile(file('json'), 'utf8')), await readFile(file('bin')));
  const onnx = toOnnx(
    model,
    { node: 'tower_0/images', side: INPUT_SIDE },
    {
      centres: { node: 'tower_0/keypoints', shape: [1, COCO_LABELS.length, MAP_SIDE, MAP_SIDE] },
      edges: { node: 'tower_0/wh', shape: [1, 4, MAP_SIDE, MAP_SIDE] },
    },
  );
  const session = await runtime.api.InferenceSession.create(onnx, {
    executionProviders: [runtime.package === 'onnxruntime-node' ? 'cpu' : 'wasm'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
  });
  logToHost('info', { ms: Math.round(performance.now() - start) }, 'CenterNet loaded');
  return { session, createTensor: (data, dims) => new runtime.api.Tensor('float32', data, dims) };
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The detector gave no map.');
  return tensor.data;
}

serveJobs<ObjectJobs>({
  async detect(image) {
    detector ??= load();
    const { session, createTensor } = await detector.catch((error: unknown) => {
      detector = null;
      throw error;
    });
    const { data } = toPlanes(image, INPUT_SIDE, INPUT_SIDE, { order: 'RGB', mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] });
    const outputs = await session.run({ images: createTensor(data, [1, 3, INPUT_SIDE, INPUT_SIDE]) });
    const maps = { centres: floats(outputs['centres']), edges: floats(outputs['edges']), side: MAP_SIDE, stride: STRIDE };
    return decodeObjects(maps, COCO_LABELS, MIN_CONFIDENCE).map((object) => ({
      ...object,
      box: {
        x: object.box.x * image.width,
        y: object.box.y * image.height,
        width: object.box.width * image.width,
        height: object.box.height * image.height,
      },
    }));
  },
});
