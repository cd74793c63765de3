import { rankOf } from './kinds.ts';
import type { MaskKind } from './kinds.ts';

/** A find: `[start, end)` in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: MaskKind;
}

/** Finds that overlap, as one: it covers them all, so that no byte of a loser stays behind. */
export interface ResolvedSpan extends Span {
  /** All kinds that had a part in it; the strictest of their modes applies. */
  readonly kinds: readonly MaskKind[];
}

/**
 * One rule for overlaps: they become one span that covers all of them, and its kind is that of the longest find;
 * among equally long ones that of the surer kind (`rankOf`). The result is sorted and free of overlaps.
 */
export function resolveOverlaps(spans: readonly Span[]): ResolvedSpan[] {
  const [only] = spans;
  if (spans.length <= 1) return only !== undefined && only.end > only.start ? [{ ...only, kinds: [only.kind] }] : [];
  const sorted = spans.filter((span) => span.end > span.start).sort((a, b) => a.start - b.start || b.end - a.end);
  const resolved: ResolvedSpan[] = [];
  let cluster: { start: number; end: number; best: Span; kinds: Set<MaskKind> } | undefined;
  const close = (): void => {
    if (cluster) resolved.push({ start: cluster.start, end: cluster.end, kind: cluster.best.kind, kinds: [...cluster.kinds] });
  };
  for (const span of sorted) {
    if (!cluster || span.start >= cluster.end) {
      close();
      cluster = { start: span.start, end: span.end, best: span, kinds: new Set([span.kind]) };
      continue;
    }
    cluster.end = Math.max(cluster.end, span.end);
    cluster.kinds.add(span.kind);
    if (isBetter(span, cluster.best)) cluster.best = span;
  }
  close();
  return resolved;
}

function isBetter(a: Span, b: Span): boolean {
  const longer = a.end - a.start - (b.end - b.start);
  return longer > 0 || (longer === 0 && rankOf(a.kind) < rankOf(b.kind));
}
