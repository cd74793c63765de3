/** What a target accepts of pictures. */
export interface ImageLimits {
  /** Types that the target reads; the first is what others are turned into. */
  mimeTypes: readonly ImageMimeType[];
  /** Longest side in pixels; a larger picture is scaled down. */
  maxSide: number;
  /** Largest encoded size in bytes. */
  maxBytes: number;
}

export type ImageMimeType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif';

/** A picture as it is sent to a target: upright, without metadata. */
export interface EncodedImage {
  bytes: Uint8Array;
  mimeType: ImageMimeType;
  width: number;
  height: number;
}

/** Pixels for a local model: 8 bits a channel, three channels, row by row. */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * A picture that a caller sent, checked and not yet encoded for anyone: what it becomes depends on the target.
 * Repeated calls with the same limits answer from memory.
 */
export interface Image {
  /** Size in pixels after the orientation is applied; all boxes of results are in these pixels. */
  readonly width: number;
  readonly height: number;
  /** Tells what targets get to see of it from any other picture. */
  digest(): string;
  /**
   * Encodes the picture within the limits.
   * @throws MediaError when the picture turns out to be broken, or cannot be made small enough.
   */
  encode(limits: ImageLimits, signal: AbortSignal): Promise<EncodedImage>;
  /** Decodes the picture to RGB pixels, scaled down so that its longest side is at most `maxSide` pixels. */
  pixels(maxSide: number, signal: AbortSignal): Promise<RawImage>;
}

export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'ogg' | 'm4a' | 'webm';

/** A sound that a caller sent; the format is what its bytes say. */
export interface Audio {
  bytes: Uint8Array;
  format: AudioFormat;
}
