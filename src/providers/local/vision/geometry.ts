/** A point in pixels: x to the right, y downwards. */
export interface Point {
  x: number;
  y: number;
}

/**
 * A rectangle that may lie askew: its centre, the unit vector along its writing direction, and its two sides in
 * pixels. The axis across is the one along, turned clockwise by 90 degrees.
 */
export interface TiltedRect {
  centre: Point;
  along: Point;
  width: number;
  height: number;
}

/** The smallest rectangle around points, by rotating calipers over their convex hull. Writing runs along the axis nearest to the horizontal. */
export function smallestRect(points: readonly Point[]): TiltedRect {
  const hull = convexHull(points);
  let best: TiltedRect | null = null;
  let bestArea = Number.POSITIVE_INFINITY;
  for (let index = 0; index < hull.length; index += 1) {
    const a = hull[index];
    const b = hull[(index + 1) % hull.length];
    if (a === undefined || b === undefined) continue;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length === 0) continue;
    const rect = rectAlong(hull, { x: (b.x - a.x) / length, y: (b.y - a.y) / length });
    if (rect.width * rect.height < bestArea) {
      bestArea = rect.width * rect.height;
      best = rect;
    }
  }
  return best ?? rectAlong(hull, { x: 1, y: 0 });
}

function rectAlong(points: readonly Point[], direction: Point): TiltedRect {
  // Of the four axes of the rectangle, the one that points most to the right: text is read along it.
  const axes = [
    direction,
    { x: -direction.x, y: -direction.y },
    { x: -direction.y, y: direction.x },
    { x: direction.y, y: -direction.x },
  ];
  const along = axes.reduce((best, axis) => (axis.x > best.x ? axis : best));
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    const u = x * along.x + y * along.y;
    const v = -x * along.y + y * along.x;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2;
  return {
    centre: { x: u * along.x - v * along.y, y: u * along.y + v * along.x },
    along,
    width: maxU - minU,
    height: maxV - minV,
  };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const a = chain.at(-2);
        const b = chain.at(-1);
        if (a === undefined || b === undefined) break;
        if ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Moves every side outwards by `distance` pixels. */
export function grow(rect: TiltedRect, distance: number): TiltedRect {
  return { ...rect, width: rect.width + 2 * distance, height: rect.height + 2 * distance };
}

export function scaleRect(rect: TiltedRect, factor: number): TiltedRect {
  return {
    centre: { x: rect.centre.x * factor, y: rect.centre.y * factor },
    along: rect.along,
    width: rect.width * factor,
    height: rect.height * factor,
  };
}

/** The upright box around a tilted rectangle, cut at the edges of a picture of the given size. */
export function uprightBox(
  rect: TiltedRect,
  picture: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const halfWidth = (Math.abs(rect.along.x) * rect.width + Math.abs(rect.along.y) * rect.height) / 2;
  const halfHeight = (Math.abs(rect.along.y) * rect.width + Math.abs(rect.along.x) * rect.height) / 2;
  const left = Math.max(0, Math.min(picture.width, rect.centre.x - halfWidth));
  const top = Math.max(0, Math.min(picture.height, rect.centre.y - halfHeight));
  const right = Math.max(left, Math.min(picture.width, rect.centre.x + halfWidth));
  const bottom = Math.max(top, Math.min(picture.height, rect.centre.y + halfHeight));
  return { x: left, y: top, width: right - left, height: bottom - top };
}
