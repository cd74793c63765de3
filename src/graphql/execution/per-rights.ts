import type { DocumentNode } from 'graphql';
import type { Principal } from '../../canonical/call.ts';

/** Most rights that are remembered of one operation. */
const REMEMBERED_RIGHTS = 32;

/** An operation of a parsed document. */
interface NamedOperation {
  document: DocumentNode;
  operationName: string | null;
}

/**
 * What was found out of an operation and holds for everybody with the same rights, whatever the variables are. It is
 * forgotten with the document.
 */
export class PerRights<T> {
  readonly #known = new WeakMap<DocumentNode, Map<string | null, Map<string, T>>>();

  get({ document, operationName }: NamedOperation, rights: string): T | undefined {
    return this.#known.get(document)?.get(operationName)?.get(rights);
  }

  set({ document, operationName }: NamedOperation, rights: string, value: T): void {
    const operations = this.#known.get(document) ?? new Map<string | null, Map<string, T>>();
    this.#known.set(document, operations);
    const known = operations.get(operationName) ?? new Map<string, T>();
    operations.set(operationName, known);
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED_RIGHTS && oldest !== undefined) known.delete(oldest);
    known.set(rights, value);
  }
}

const rights = new WeakMap<Principal, string>();

/** All of a principal that the directives of the schema look at. */
export function rightsOf(principal: Principal): string {
  const known = rights.get(principal);
  if (known !== undefined) return known;
  const found = JSON.stringify([principal.policy, ...principal.scopes]);
  rights.set(principal, found);
  return found;
}
