import type { Audio, Image } from '../canonical/media.ts';
import type { Log } from '../telemetry/log.ts';
import { decodeBase64, isDataUrl } from './base64.ts';
import { unsupported } from './errors.ts';
import { Fetcher } from './fetch/fetcher.ts';
import type { Resolve } from './fetch/resolver.ts';
import { Gate } from './gate.ts';
import { checkBytes, readHeader } from './header.ts';
import { CheckedImage } from './image.ts';
import type { FetchPolicy, MediaLimits } from './limits.ts';
import { audioFormat, imageType, pictureOrSound } from './recognise.ts';
import { SNIFF_BYTES } from './sniff.ts';
import { slim } from './slim/slim.ts';
import { type Inspector, Uploads } from './uploads.ts';

export { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS, type MediaLimits } from './limits.ts';

export interface MediaOptions {
  /** Uploads are kept in its folder `uploads`. */
  dataDir: string;
  log: Log;
  limits: MediaLimits;
  fetch: FetchPolicy;
  /** Answers look-ups of host names in place of DNS; what it answers is checked all the same. */
  resolve?: Resolve;
}

/** How a caller hands media over: a URL (https or data), base64, or the id that an upload was given. */
export type MediaSource = { url: string } | { base64: string } | { upload: string };

/** An upload that was taken in. */
export interface Upload {
  id: string;
  bytes: number;
  mimeType: string;
  kind: 'image' | 'audio';
  /** Upright size in pixels, for pictures. */
  width?: number;
  height?: number;
  expiresAt: Date;
}

type Kind = 'image' | 'audio';

/** Downloads under way at once. */
const MAX_DOWNLOADS = 16;

/** Takes in pictures and sounds from wherever callers have them, and lets through only what is what it claims to be. */
export class Media {
  readonly #limits: MediaLimits;
  readonly #decoding: Gate;
  readonly #fetcher: Fetcher;
  readonly #uploads: Uploads;

  constructor(options: MediaOptions) {
    const { limits } = options;
    this.#limits = limits;
    this.#decoding = new Gate(limits.concurrency, limits.maxQueued);
    this.#fetcher = new Fetcher(options.fetch, new Gate(MAX_DOWNLOADS, limits.maxQueued), options.resolve);
    this.#uploads = new Uploads(options.dataDir, options.log, limits);
  }

  /**
   * A picture with its header checked; it is decoded when it is encoded for a target.
   * @param field the input that holds the source, as a path: errors name it.
   * @param owner whose uploads may be used.
   * @throws InputError for a malformed, unknown or forbidden source; MediaError for what it holds; AbortedError.
   */
  async image(source: MediaSource, field: string, owner: string, signal: AbortSignal): Promise<Image> {
    const { bytes, at } = await this.#load(source, 'image', field, owner, signal);
    const { maxPixels, concurrency } = this.#limits;
    const mimeType = imageType(bytes, at);
    const slimmed = slim(bytes, mimeType);
    const header = await readHeader(slimmed, mimeType, at, maxPixels);
    // A picture of half the limit takes half the slots, so that memory is bounded and not only the count.
    const weight = Math.ceil((header.width * header.height * concurrency) / maxPixels);
    return new CheckedImage({ bytes: slimmed, mimeType, header, field: at, maxPixels }, this.#decoding, weight);
  }

  /**
   * A sound; its format is what its first bytes say.
   * @param field the input that holds the source, as a path: errors name it.
   * @throws InputError for a malformed, unknown or forbidden source; MediaError for what it holds; AbortedError.
   */
  async audio(source: MediaSource, field: string, owner: string, signal: AbortSignal): Promise<Audio> {
    const { bytes, at } = await this.#load(source, 'audio', field, owner, signal);
    return { bytes, format: audioFormat(bytes, at) };
  }

  /**
   * Takes an upload in, written to its file as it arrives. A refusal comes as early as it can be known and ends the
   * stream; a request can then still be answered.
   * @param announcedBytes how many bytes the sender says will come, when it says so.
   * @throws MediaError; KanonError RATE_LIMITED when the owner's room is full; AbortedError.
   */
  async store(stream: AsyncIterable<Uint8Array>, owner: string, signal: AbortSignal, announcedBytes = 0): Promise<Upload> {
    checkBytes(announcedBytes, this.#limits.maxUploadBytes, 'upload', 'an upload');
    const { id, record } = await this.#uploads.store(stream, owner, this.#inspector(), signal);
    const { bytes, mimeType, kind, width, height } = record;
    const size = width === undefined || height === undefined ? {} : { width, height };
    return { id, bytes, mimeType, kind, ...size, expiresAt: new Date(record.expiresAt) };
  }

  /** Ends downloads and sweeps. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all([this.#fetcher.close(), this.#uploads.close()]);
  }

  async #load(
    source: MediaSource,
    kind: Kind,
    field: string,
    owner: string,
    signal: AbortSignal,
  ): Promise<{ bytes: Buffer; at: string }> {
    const { at, bytes } = await this.#bytes(source, kind, field, owner, signal);
    checkNotEmpty(bytes.length, at);
    return { bytes, at };
  }

  async #bytes(
    source: MediaSource,
    kind: Kind,
    field: string,
    owner: string,
    signal: AbortSignal,
  ): Promise<{ bytes: Buffer; at: string }> {
    if ('base64' in source) {
      const at = `${field}.base64`;
      return { at, bytes: decodeBase64(source.base64, at, this.#limits.maxBase64Bytes) };
    }
    if ('upload' in source) {
      const at = `${field}.upload`;
      return { at, bytes: await this.#uploads.read(source.upload, owner, at, signal) };
    }
    const at = `${field}.url`;
    if (isDataUrl(source.url)) return { at, bytes: decodeBase64(source.url, at, this.#limits.maxBase64Bytes) };
    const wanted = {
      maxBytes: this.#maxBytes(kind),
      what: WHAT[kind],
      checkHead: (head: Buffer) => void (kind === 'image' ? imageType(head, at) : audioFormat(head, at)),
    };
    return { at, bytes: await this.#fetcher.get(source.url, at, wanted, signal) };
  }

  #inspector(): Inspector {
    const field = 'upload';
    return {
      arriving: (head, total) => {
        checkBytes(total, this.#limits.maxUploadBytes, field, 'an upload');
        if (head.length < SNIFF_BYTES) return;
        const { kind } = pictureOrSound(head, field);
        checkBytes(total, this.#maxBytes(kind), field, WHAT[kind]);
      },
      whole: async (read, total) => {
        checkNotEmpty(total, field);
        const bytes = await read();
        const sniffed = pictureOrSound(bytes, field);
        const { kind, mimeType } = sniffed;
        if (sniffed.kind === 'audio') return { kind, mimeType };
        const { width, height } = await readHeader(slim(bytes, sniffed.mimeType), sniffed.mimeType, field, this.#limits.maxPixels);
        return { kind, mimeType, width, height };
      },
    };
  }

  #maxBytes(kind: Kind): number {
    return kind === 'image' ? this.#limits.maxImageBytes : this.#limits.maxAudioBytes;
  }
}

const WHAT: Record<Kind, string> = { image: 'a picture', audio: 'a sound' };

function checkNotEmpty(bytes: number, field: string): void {
  if (bytes === 0) throw unsupported(field, 'it is empty (0 bytes).');
}
