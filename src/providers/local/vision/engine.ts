import type { Image, RawImage } from '../../../canonical/media.ts';
import type { Box, DetectedObject, TextLine, VisionRequest } from '../../../canonical/results.ts';

/** What a local vision model finds, in pixels of the picture as it was sent. */
export interface EngineReading {
  lines: TextLine[];
  objects: DetectedObject[];
  warnings: string[];
}

/** One local vision model, in a child process that starts on first use. */
export interface VisionEngine {
  /** @throws UpstreamFailure, MediaError */
  read(request: VisionRequest, signal: AbortSignal): Promise<EngineReading>;
  close(): Promise<void>;
}

/**
 * Environment of the children, for glibc's allocator. By default each thread has an arena of its own, and the size
 * from which memory goes back to the system grows with what was freed: models whose inputs change in size then keep
 * a third more. Smaller limits than these cost more time in page faults than they save.
 */
export const WORKER_ENV: Record<string, string> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '16777216',
  MALLOC_TRIM_THRESHOLD_: '67108864',
};

/** Decodes a picture with at most `maxPixels` pixels, whatever its shape. */
export function pixelsWithin(image: Image, maxPixels: number, signal: AbortSignal): Promise<RawImage> {
  const shrink = Math.min(1, Math.sqrt(maxPixels / (image.width * image.height)));
  return image.pixels(Math.max(1, Math.floor(Math.max(image.width, image.height) * shrink)), signal);
}

/** Brings a box from the pixels that a model saw into those of the picture, and cuts it at its edges. */
export function toPicture(box: Box, seen: RawImage, image: Image): Box {
  const scaleX = image.width / seen.width;
  const scaleY = image.height / seen.height;
  const left = clamp(box.x * scaleX, image.width);
  const top = clamp(box.y * scaleY, image.height);
  return {
    x: round(left),
    y: round(top),
    width: round(clamp((box.x + box.width) * scaleX, image.width) - left),
    height: round(clamp((box.y + box.height) * scaleY, image.height) - top),
  };
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value));
}

/** A tenth of a pixel is finer than any model sees. */
function round(value: number): number {
  return Math.floor(value * 10) / 10;
}
