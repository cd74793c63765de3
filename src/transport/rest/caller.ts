import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '../../canonical/call.ts';
import type { JsonObject, VendorParameters } from '../../canonical/chat.ts';
import { InputError } from '../../canonical/errors.ts';
import { checkMetadata } from '../../operations/metadata.ts';
import type { Exchange } from './exchange.ts';
import { object } from './read.ts';

const MAX_METADATA_HEADER = 8_192;

/**
 * The context of the request's one call: what its headers say, and what its body says of the app. The header
 * `x-kanon-metadata` is a JSON object for programs whose SDK has no place for one.
 * @throws InputError
 */
export function callOf({ call, headers }: Exchange, metadata: JsonObject | null, warnings: readonly string[] = []): CallContext {
  const said = metadataHeader(headers);
  const both = said === null ? metadata : { ...said, ...metadata };
  if (both !== null) checkMetadata(both, 'metadata');
  return { ...call, ...(both !== null && { metadata: both }), ...(warnings.length > 0 && { warnings: [...(call.warnings ?? []), ...warnings] }) };
}

function metadataHeader(headers: IncomingHttpHeaders): JsonObject | null {
  const header = headers['x-kanon-metadata'];
  if (header === undefined) return null;
  const json = String(header);
  if (json.length > MAX_METADATA_HEADER) throw new InputError('x-kanon-metadata', `expected at most ${MAX_METADATA_HEADER} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new InputError('x-kanon-metadata', 'expected a JSON object.');
  }
  return object(value, 'x-kanon-metadata');
}

/**
 * What becomes of parameters that only the vendor of the request's shape knows, at a target of another: `refuse`
 * (the default) or `warn`, by the header `x-kanon-unknown-parameters`.
 * @throws InputError
 */
export function elsewhere(headers: IncomingHttpHeaders): VendorParameters['elsewhere'] {
  const wish = headers['x-kanon-unknown-parameters'] ?? 'refuse';
  if (wish !== 'refuse' && wish !== 'warn') throw new InputError('x-kanon-unknown-parameters', 'expected refuse or warn.');
  return wish;
}
