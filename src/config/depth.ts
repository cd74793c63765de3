import type { CST } from 'yaml';

/** How deep lists and maps are nested in a token of the YAML parser. Does not recurse. */
export function depthOf(token: CST.Token): number {
  let deepest = 0;
  const pending: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    deepest = Math.max(deepest, depth);
    if (token.type === 'document' && token.value !== undefined) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) pending.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) pending.push({ token: item.value, depth: depth + 1 });
    }
  }
  return deepest;
}
