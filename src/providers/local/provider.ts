import type { Log } from '../../telemetry/log.ts';
import type { Provider } from '../provider.ts';
import { createLocalVision } from './vision/vision.ts';

export interface LocalOptions {
  /** The name that the config gives to the provider. */
  name: string;
  /** Folder for models that are made ready once. */
  dataDir: string;
  log: Log;
}

/** Models that ship inside npm packages and run on this machine. Nothing is loaded before the first call. */
export function createLocalProvider({ name, dataDir, log }: LocalOptions): Provider {
  const vision = createLocalVision({ log, dataDir });
  return {
    name,
    operations: { VISION: vision.answer },
    close: () => vision.close(),
  };
}
