import type { RawImage } from '../canonical/media.ts';
import type { Box } from '../canonical/results.ts';

/**
 * Makes everything within the areas black, in place; a pixel that an area touches belongs to it.
 * @param scale from the pixels of the areas to those of the picture
 */
export function paint({ data, width, height }: RawImage, areas: readonly Box[], scale: number): void {
  for (const area of areas) {
    const left = Math.max(0, Math.floor(area.x * scale));
    const right = Math.min(width, Math.ceil((area.x + area.width) * scale));
    const bottom = Math.min(height, Math.ceil((area.y + area.height) * scale));
    for (let y = Math.max(0, Math.floor(area.y * scale)); y < bottom; y += 1) {
      if (right > left) data.fill(0, (y * width + left) * 3, (y * width + right) * 3);
    }
  }
}
