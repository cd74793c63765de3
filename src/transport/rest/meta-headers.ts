import type { CacheLook, CallMeta } from '../../canonical/call.ts';

/** Bytes of a header that any client and proxy takes. */
const MAX_WARNINGS = 4_000;

/** What is known of a call before it is answered. */
export function earlyHeaders(callId: string, model: string): Record<string, string> {
  return { 'x-kanon-call-id': callId, 'x-kanon-model': headerText(model) };
}

/** How an answer came about. */
export function metaHeaders(meta: CallMeta): Record<string, string> {
  return {
    ...earlyHeaders(meta.id, meta.model),
    'x-kanon-target': headerText(`${meta.provider}/${meta.targetModel}`),
    ...lateHeaders(meta),
  };
}

/** What is known only when the answer is complete: its cost in USD, and what the caller should know of it. */
export function lateHeaders({ cost, warnings }: CallMeta): Record<string, string> {
  return {
    'x-kanon-cost': cost.usd === null ? 'unknown' : decimal(cost.usd),
    ...(warnings.length > 0 && { 'x-kanon-warnings': warningsText(warnings) }),
  };
}

/** Of a model whose answers are kept: whether this is one of them, and its age in seconds (RFC 9111, section 5.1). */
export function cacheHeaders({ outcome, ageMs }: CacheLook): Record<string, string> {
  return { 'x-kanon-cache': outcome, ...(outcome === 'hit' && { age: String(Math.floor(ageMs / 1_000)) }) };
}

/** Without an exponent, to the nano-USD. */
function decimal(usd: number): string {
  return usd.toFixed(9).replace(/\.?0+$/, '');
}

/** A JSON array in ASCII; what does not fit is left out, whole warnings at a time. */
function warningsText(warnings: readonly string[]): string {
  const kept: string[] = [];
  let length = 2;
  for (const warning of warnings) {
    const json = headerText(JSON.stringify(warning));
    length += json.length + 1;
    if (length > MAX_WARNINGS) break;
    kept.push(json);
  }
  return `[${kept.join(',')}]`;
}

/** ASCII only: a header can carry no more. */
function headerText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
