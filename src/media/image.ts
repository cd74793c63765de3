import { createHash } from 'node:crypto';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import type { EncodedImage, Image, ImageLimits, RawImage } from '../canonical/media.ts';
import type { Box } from '../canonical/results.ts';
import { decodePixels, encodeWithin, type SourcePicture } from './encode.ts';
import type { Gate } from './gate.ts';
import { Memo } from './memo.ts';
import { decodeError } from './sharp.ts';

/** Targets of one request that differ in what they accept. */
const MAX_ENCODINGS = 4;

/** A picture whose header has been checked; it is decoded when a target asks for it, and once for each limits. */
export class CheckedImage implements Image {
  readonly width: number;
  readonly height: number;
  readonly #picture: SourcePicture;
  readonly #gate: Gate;
  readonly #weight: number;
  readonly #encoded = new Memo<EncodedImage>(MAX_ENCODINGS);
  readonly #pixels = new Memo<RawImage>(1);
  #digest: string | null = null;

  /** @param weight slots of the gate that a decode takes. */
  constructor(picture: SourcePicture, gate: Gate, weight: number) {
    this.width = picture.header.width;
    this.height = picture.header.height;
    this.#picture = picture;
    this.#gate = gate;
    this.#weight = weight;
  }

  digest(): string {
    const { bytes, covered = [] } = this.#picture;
    this.#digest ??= createHash('sha256').update(bytes).update(JSON.stringify(covered)).digest('base64');
    return this.#digest;
  }

  encode(limits: ImageLimits, signal: AbortSignal): Promise<EncodedImage> {
    const key = JSON.stringify([limits.mimeTypes, limits.maxSide, limits.maxBytes]);
    return this.#encoded.get(key, signal, (shared) => this.#run(shared, () => encodeWithin(this.#picture, limits)));
  }

  pixels(maxSide: number, signal: AbortSignal): Promise<RawImage> {
    return this.#pixels.get(String(maxSide), signal, (shared) =>
      this.#run(shared, () => decodePixels(this.#picture, maxSide)),
    );
  }

  /** The same picture with black in place of everything within the areas, however it is encoded or decoded. */
  covered(areas: readonly Box[]): CheckedImage {
    if (areas.length === 0) return this;
    return new CheckedImage({ ...this.#picture, covered: [...(this.#picture.covered ?? []), ...areas] }, this.#gate, this.#weight);
  }

  async #run<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    try {
      return await this.#gate.run(this.#weight, signal, job);
    } catch (error) {
      if (error instanceof KanonError || error instanceof AbortedError) throw error;
      throw decodeError(this.#picture.field, error);
    }
  }
}
