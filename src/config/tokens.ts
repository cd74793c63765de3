import type { CST } from 'yaml';

interface Visit {
  token: CST.Token;
  /** Lists and maps around it. */
  depth: number;
}

/** All tokens below one of the YAML parser's. Does not recurse: a file may be nested as deep as it is long. */
function* visit(root: CST.Token): Generator<Visit> {
  const pending: Visit[] = [{ token: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    const { token, depth } = next;
    if (token.type === 'document' && token.value !== undefined) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) pending.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) pending.push({ token: item.value, depth: depth + 1 });
    }
  }
}

/** How deep lists and maps are nested. */
export function depthOf(root: CST.Token): number {
  let deepest = 0;
  for (const { depth } of visit(root)) deepest = Math.max(deepest, depth);
  return deepest;
}

/** Where the quoted text begins that ends at an offset: the parser tells only where it missed the closing quote. */
export function quoteBefore(roots: readonly CST.Token[], end: number): number | undefined {
  for (const root of roots) {
    for (const { token } of visit(root)) {
      const quoted = token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar';
      if (quoted && token.offset + token.source.length === end) return token.offset;
    }
  }
  return undefined;
}
