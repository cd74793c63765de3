import type { Image } from './canonical/media.ts';
import type { TextLine } from './canonical/results.ts';
import { UpstreamFailure } from './canonical/failure.ts';
import type { ReadLines } from './pipeline/masking/pictures.ts';
import type { Embed } from './policy/guardrails/topics/topics.ts';
import { createLocalProvider } from './providers/local/provider.ts';
import type { Provider } from './providers/provider.ts';
import type { Log } from './telemetry/log.ts';

/** They are good at different things: what one of them misses, the other may read. */
const READERS = ['tesseract', 'paddle'] as const;

export interface LocalModelsOptions {
  dataDir: string;
  log: Log;
  /** The local provider of the config, where it has one: its processes are shared. */
  configured: () => Provider | undefined;
}

/** The models of this machine, for what the gateway itself has to read and to understand. No process starts before it is needed. */
export class LocalModels {
  readonly #options: LocalModelsOptions;
  #own: Provider | undefined;

  constructor(options: LocalModelsOptions) {
    this.#options = options;
  }

  /** What each of the readers finds. @throws what one of them threw, when none could read */
  readonly lines: ReadLines = async (image: Image, signal: AbortSignal): Promise<TextLine[][]> => {
    const read = this.#provider().operations.VISION;
    if (read === undefined) throw new UpstreamFailure('unavailable', 'no model reads pictures here');
    const request = { image, question: null, languages: [] };
    const readings = await Promise.allSettled(READERS.map((targetModel) => read(request, { targetModel, signal })));
    const done = readings.filter((reading) => reading.status === 'fulfilled');
    if (done.length > 0) return done.map(({ value }) => value.lines);
    const [failed] = readings.filter((reading) => reading.status === 'rejected');
    throw failed?.reason ?? new UpstreamFailure('unavailable', 'no model reads pictures here');
  };

  readonly embed: Embed = async (texts, signal) => {
    const embed = this.#provider().operations.EMBED;
    if (embed === undefined) throw new UpstreamFailure('unavailable', 'no model understands texts here');
    const { vectors } = await embed({ texts: [...texts], dimensions: null }, { targetModel: 'minilm', signal });
    return vectors;
  };

  async close(): Promise<void> {
    await this.#own?.close();
  }

  #provider(): Provider {
    const { configured, dataDir, log } = this.#options;
    const known = configured() ?? this.#own;
    if (known !== undefined) return known;
    this.#own = createLocalProvider({ name: 'local', dataDir, log });
    return this.#own;
  }
}
