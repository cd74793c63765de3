import type { ChatChunk } from '../../canonical/chat.ts';
import type { UnaryOperation, UnaryReadings } from '../../canonical/results.ts';
import type { MemberReading } from '../../routing/route.ts';
import type { Target } from '../../routing/target.ts';

/** What one target has read, by its place in the model. */
export interface KeptReading {
  target: number;
  reading: UnaryReadings[UnaryOperation];
}

/** An answer as a vendor gave it, before anything was put back into it or judged. */
export interface KeptContent {
  /** When it was given, in milliseconds since the epoch. */
  at: number;
  provider: string;
  targetModel: string;
  warnings: string[];
  /** Of a chat, its pieces with `finish` at the end; empty for what is answered whole. */
  chunks: ChatChunk[];
  readings: KeptReading[];
}

/** An answer that is given again. */
export class KeptAnswer {
  /** Nobody is asked. */
  readonly target = null;
  readonly ageMs: number;
  readonly #content: KeptContent;

  constructor(content: KeptContent) {
    this.#content = content;
    // Another instance's clock may be ahead.
    this.ageMs = Math.max(0, Date.now() - content.at);
  }

  get at(): number {
    return this.#content.at;
  }

  /** Whose answer it was. */
  get provider(): string {
    return this.#content.provider;
  }

  get targetModel(): string {
    return this.#content.targetModel;
  }

  get warnings(): readonly string[] {
    return this.#content.warnings;
  }

  /** Of a chat; what came in many pieces comes in one. */
  get batches(): AsyncIterable<readonly ChatChunk[]> {
    return oneBatch(this.#content.chunks);
  }

  /** As the members of the model gave them. @param targets of the model, which are those of then */
  readings<O extends UnaryOperation>(operation: O, targets: readonly Target[]): MemberReading<O>[] {
    return this.#content.readings.flatMap(({ target: place, reading }) => {
      const target = targets[place];
      return target !== undefined && isOf(operation, reading) ? [{ target, reading }] : [];
    });
  }

  static toText(content: KeptContent): string {
    return JSON.stringify(content, (_, value: unknown) => (value instanceof Float32Array ? { float32: toBase64(value) } : value));
  }

  /** Null for what is no kept answer. */
  static ofText(text: string): KeptAnswer | null {
    try {
      const content: unknown = JSON.parse(text);
      if (!isContent(content)) return null;
      for (const { reading } of content.readings) if ('vectors' in reading) reading.vectors = reading.vectors.map(toVector);
      return new KeptAnswer(content);
    } catch {
      // Whatever it is: the model is asked, as if there were nothing.
      return null;
    }
  }
}

async function* oneBatch(chunks: readonly ChatChunk[]): AsyncGenerator<readonly ChatChunk[]> {
  yield chunks;
}

const SIGNS: Readonly<Record<UnaryOperation, string>> = { SENTIMENT: 'label', VISION: 'lines', EMBED: 'vectors' };

function isOf<O extends UnaryOperation>(operation: O, reading: object): reading is UnaryReadings[O] {
  return SIGNS[operation] in reading;
}

/** What comes out of the store was written by this gateway: it need only be told from what another version writes. */
function isContent(value: unknown): value is KeptContent {
  return typeof value === 'object' && value !== null && 'at' in value && 'chunks' in value && Array.isArray(value.chunks) && 'readings' in value && Array.isArray(value.readings);
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function toVector(written: object): Float32Array {
  if (!('float32' in written) || typeof written.float32 !== 'string') throw new TypeError('a kept vector is none');
  const bytes = Buffer.from(written.float32, 'base64');
  const vector = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  bytes.copy(new Uint8Array(vector.buffer));
  return vector;
}
