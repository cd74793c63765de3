import { join } from 'node:path';
import type { Log } from '../../telemetry/log.ts';
import type { Provider, ProviderOperations } from '../provider.ts';
import { createExtractive } from './chat/extractive.ts';
import { createEmbed } from './embed/embed.ts';
import { MODELS_FOLDER, type TextJobs } from './jobs.ts';
import { WorkerHost } from './runtime/worker-host.ts';
import { createSentiment } from './sentiment/sentiment.ts';
import { unknownModel } from './unknown-model.ts';
import { localModels } from './models.ts';
import { createLocalVision } from './vision/vision.ts';

export interface LocalOptions {
  /** The name that the config gives to the provider. */
  name: string;
  /** Folder for models that are made ready once. */
  dataDir: string;
  log: Log;
}

/**
 * Models that ship inside npm packages and run on this machine: text models in one child process, vision models in
 * others. Nothing is loaded and no process started before the first call; a model whose package is not installed
 * answers UpstreamFailure `unavailable` with the package's name.
 */
export function createLocalProvider({ name, dataDir, log }: LocalOptions): Provider {
  const worker = new WorkerHost<TextJobs>({
    name: 'local text',
    script: new URL('./text-worker.ts', import.meta.url),
    log,
    env: { [MODELS_FOLDER]: join(dataDir, 'models') },
  });
  const vision = createLocalVision({ log, dataDir });
  const extractive = createExtractive(worker);
  const embed = createEmbed(worker);
  const operations: ProviderOperations = {
    CHAT: (request, attempt) => {
      requireModel('CHAT', attempt.targetModel);
      return extractive(request, attempt);
    },
    SENTIMENT: createSentiment(worker),
    EMBED: async (request, attempt) => {
      requireModel('EMBED', attempt.targetModel);
      return embed(request, attempt);
    },
    VISION: vision.answer,
  };
  return {
    name,
    local: true,
    operations,
    close: async () => {
      await Promise.all([worker.close(), vision.close()]);
    },
  };
}

/** @throws UpstreamFailure `unknown_model` */
function requireModel(operation: 'CHAT' | 'EMBED', model: string): void {
  if (!localModels[operation].includes(model)) throw unknownModel(operation, model);
}
