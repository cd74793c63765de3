import type { ChatRequest, JsonObject, Vendor } from '../../canonical/chat.ts';
import { InputError } from '../../canonical/errors.ts';
import { elsewhere } from './caller.ts';
import type { Exchange } from './exchange.ts';

/**
 * What a body says beyond the fields that are translated: it goes to a target of the same vendor as it is.
 * @param refused parameters whose effect could not be answered, with what to do instead
 * @throws InputError
 */
export function extraOf(
  { body, headers }: Exchange,
  vendor: Vendor,
  known: ReadonlySet<string>,
  refused: Readonly<Record<string, string>>,
): Pick<ChatRequest, 'extra'> {
  const parameters: JsonObject = {};
  let found = false;
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (known.has(name) || value === undefined || value === null) continue;
    if (Object.hasOwn(refused, name)) throw new InputError(`body.${name}`, refused[name] ?? 'cannot be answered.');
    parameters[name] = value;
    found = true;
  }
  return found ? { extra: { vendor, parameters, elsewhere: elsewhere(headers) } } : {};
}
