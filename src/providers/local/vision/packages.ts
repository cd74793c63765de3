import { UpstreamFailure } from '../../../canonical/failure.ts';

/** Finds the entry of an installed package as a file URL, or throws. */
export type ResolvePackage = (name: string) => string;

export const resolveInstalled: ResolvePackage = (name) => import.meta.resolve(name);

/**
 * Checks that the packages of a model are there, without loading them.
 * @throws UpstreamFailure `unavailable`, naming the first that is missing and how to install it.
 */
export function requirePackages(model: string, entries: readonly string[], resolve: ResolvePackage): void {
  for (const entry of entries) {
    try {
      resolve(entry);
    } catch (cause) {
      const name = entry.startsWith('@') ? entry.split('/').slice(0, 2).join('/') : (entry.split('/')[0] ?? entry);
      throw new UpstreamFailure(
        'unavailable',
        `The local model ${model} needs the optional package ${name}: npm install ${name}`,
        { cause },
      );
    }
  }
}
