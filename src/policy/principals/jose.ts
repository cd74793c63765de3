import { createRequire } from 'node:module';
import type * as Jose from 'jose';

const require = createRequire(import.meta.url);

/** Loaded when there is an issuer whose tokens are taken. */
export function jose(): typeof Jose {
  return require('jose');
}
