import type { RawImage } from '../../../canonical/media.ts';
import type { Point, TiltedRect } from './geometry.ts';

/** How bytes become a network's numbers: (value / 255 - mean) / deviation, each for red, green and blue. */
export interface Normalisation {
  /** Order of the channels in the tensor. */
  order: 'RGB' | 'BGR';
  mean: readonly [number, number, number];
  deviation: readonly [number, number, number];
}

/** A tensor's data in the order channel, row, column. */
export interface Planes {
  data: Float32Array;
  width: number;
  height: number;
}

/** Scales a picture to the given size by averaging areas (downwards) or interpolating (upwards). */
export function toPlanes(image: RawImage, width: number, height: number, normalisation: Normalisation): Planes {
  const data = new Float32Array(3 * width * height);
  fillPlanes(data, { width, height, stride: width, plane: width * height, offset: 0 }, normalisation, {
    image,
    origin: { x: 0, y: 0 },
    stepX: { x: image.width / width, y: 0 },
    stepY: { x: 0, y: image.height / height },
  });
  return { data, width, height };
}

interface Target {
  width: number;
  height: number;
  /** Floats from row to row. */
  stride: number;
  /** Floats from channel to channel. */
  plane: number;
  offset: number;
}

interface Source {
  image: RawImage;
  /** The source point at the upper left corner of the target. */
  origin: Point;
  /** How far the source point moves for one target pixel to the right, and for one downwards. */
  stepX: Point;
  stepY: Point;
}

/** Cuts a tilted rectangle out of the picture, upright, into a tensor slot of the given size. */
export function cropInto(
  image: RawImage,
  rect: TiltedRect,
  data: Float32Array,
  target: Target,
  options: { turned: boolean; normalisation: Normalisation },
): void {
  const { turned, normalisation } = options;
  const { along } = rect;
  const across = { x: -along.y, y: along.x };
  // A turned crop reads text that runs upwards: its rows run along the rectangle's height.
  const right = turned ? { x: -across.x, y: -across.y } : along;
  const down = turned ? along : across;
  const lengthRight = turned ? rect.height : rect.width;
  const lengthDown = turned ? rect.width : rect.height;
  fillPlanes(data, target, normalisation, {
    image,
    origin: {
      x: rect.centre.x - (right.x * lengthRight + down.x * lengthDown) / 2,
      y: rect.centre.y - (right.y * lengthRight + down.y * lengthDown) / 2,
    },
    stepX: { x: (right.x * lengthRight) / target.width, y: (right.y * lengthRight) / target.width },
    stepY: { x: (down.x * lengthDown) / target.height, y: (down.y * lengthDown) / target.height },
  });
}

function fillPlanes(
  data: Float32Array,
  target: Target,
  { order, mean, deviation }: Normalisation,
  { image, origin, stepX, stepY }: Source,
): void {
  // More than one sample a pixel where the picture shrinks, or thin strokes fall between the samples.
  const samplesX = sampleCount(stepX);
  const samplesY = sampleCount(stepY);
  const share = 1 / (samplesX * samplesY);
  const [redPlane, bluePlane] = order === 'RGB' ? [0, 2 * target.plane] : [2 * target.plane, 0];
  const { data: pixels, width, height } = image;
  for (let row = 0; row < target.height; row += 1) {
    for (let column = 0; column < target.width; column += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let j = 0; j < samplesY; j += 1) {
        const v = row + (j + 0.5) / samplesY;
        for (let i = 0; i < samplesX; i += 1) {
          const u = column + (i + 0.5) / samplesX;
          const x = clamp(origin.x + u * stepX.x + v * stepY.x - 0.5, width - 1);
          const y = clamp(origin.y + u * stepX.y + v * stepY.y - 0.5, height - 1);
          const x0 = Math.floor(x);
          const y0 = Math.floor(y);
          const fx = x - x0;
          const fy = y - y0;
          const a = 3 * (y0 * width + x0);
          const b = x0 + 1 < width ? a + 3 : a;
          const down = y0 + 1 < height ? 3 * width : 0;
          const wa = (1 - fx) * (1 - fy);
          const wb = fx * (1 - fy);
          const wc = (1 - fx) * fy;
          const wd = fx * fy;
          red += wa * at(pixels, a) + wb * at(pixels, b) + wc * at(pixels, a + down) + wd * at(pixels, b + down);
          green +=
            wa * at(pixels, a + 1) + wb * at(pixels, b + 1) + wc * at(pixels, a + down + 1) + wd * at(pixels, b + down + 1);
          blue +=
            wa * at(pixels, a + 2) + wb * at(pixels, b + 2) + wc * at(pixels, a + down + 2) + wd * at(pixels, b + down + 2);
        }
      }
      const index = target.offset + row * target.stride + column;
      data[index + redPlane] = ((red * share) / 255 - mean[0]) / deviation[0];
      data[index + target.plane] = ((green * share) / 255 - mean[1]) / deviation[1];
      data[index + bluePlane] = ((blue * share) / 255 - mean[2]) / deviation[2];
    }
  }
}

function at(pixels: Uint8Array, index: number): number {
  return pixels[index] ?? 0;
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}

function sampleCount(step: Point): number {
  return Math.max(1, Math.min(6, Math.round(Math.hypot(step.x, step.y))));
}
