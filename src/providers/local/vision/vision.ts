import { NO_USAGE } from '../../../canonical/usage.ts';
import { UpstreamFailure } from '../../../canonical/failure.ts';
import type { Log } from '../../../telemetry/log.ts';
import type { UnaryAnswer } from '../../provider.ts';
import type { VisionEngine } from './engine.ts';
import { createObjects } from './objects/engine.ts';
import { type ResolvePackage, resolveInstalled } from './packages.ts';
import { createPaddle } from './paddle/engine.ts';
import { createTesseract } from './tesseract/engine.ts';

export interface LocalVisionOptions {
  log: Log;
  /** The gateway's data folder. */
  dataDir: string;
  /** How optional packages are found; by default as Node finds them. */
  resolvePackage?: ResolvePackage;
}

export interface LocalVision {
  /** Target models that `answer` knows. */
  readonly models: readonly string[];
  /**
   * Reads a picture with the model named by the attempt.
   * @throws UpstreamFailure `unknown_model` for another name, `unavailable` when a package is missing or the queue
   *   is full; MediaError when the picture is broken; AbortedError.
   */
  answer: UnaryAnswer<'VISION'>;
  /** Ends the child processes. Safe to call twice. */
  close(): Promise<void>;
}

const MODELS = ['tesseract', 'paddle', 'objects'] as const;
type Model = (typeof MODELS)[number];

/** The vision models that ship inside npm packages. Nothing is loaded and no process started before the first call. */
export function createLocalVision({ log, dataDir, resolvePackage = resolveInstalled }: LocalVisionOptions): LocalVision {
  const engines: Record<Model, VisionEngine> = {
    tesseract: createTesseract({ log, dataDir, resolve: resolvePackage }),
    paddle: createPaddle(log, resolvePackage),
    objects: createObjects(log, resolvePackage),
  };
  return {
    models: MODELS,
    async answer(request, { targetModel, signal }) {
      const model = MODELS.find((name) => name === targetModel);
      if (model === undefined) {
        throw new UpstreamFailure('unknown_model', `The local provider has the vision models ${MODELS.join(', ')}.`);
      }
      const { lines, objects, warnings } = await engines[model].read(request, signal);
      if (request.question !== null) {
        warnings.push(`${model} cannot answer questions about a picture; it reports what it finds.`);
      }
      return { lines, objects, document: null, description: null, usage: NO_USAGE, warnings };
    },
    async close() {
      await Promise.all(Object.values(engines).map((engine) => engine.close()));
    },
  };
}
