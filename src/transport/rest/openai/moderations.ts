import { KanonError } from '../../../canonical/errors.ts';
import { HttpError } from '../../http/respond.ts';
import { requireScope } from '../../scope.ts';
import { callOf } from '../caller.ts';
import { whole, type Exchange, type WholeAnswer } from '../exchange.ts';
import { list, object, oneOf, only, text } from '../read.ts';

/** What guards the policy is the model here: the one that the body names means nothing. */
const KNOWN = new Set(['input', 'model']);
const MAX_TEXTS = 1_000;

/** `POST /v1/moderations`, by the guardrails of the key's policy. */
export async function moderations(exchange: Exchange): Promise<WholeAnswer> {
  const { body, call, services } = exchange;
  only(body, KNOWN, 'body');
  requireScope(call.principal, ['chat']);
  const moderation = await services.operations.moderate(textsOf(body['input']), callOf(exchange, null));
  if (moderation === null) {
    throw new HttpError(404, new KanonError('BAD_USER_INPUT', 'The policy of this key has no guardrails to moderate with; ask the operator, or a chat model.'));
  }
  const { kinds, found } = moderation;
  const results = found.map((reasons) => ({
    flagged: reasons.size > 0,
    categories: Object.fromEntries(kinds.map((kind) => [kind, reasons.has(kind)])),
    category_scores: Object.fromEntries(kinds.map((kind) => [kind, reasons.has(kind) ? 1 : 0])),
    category_applied_input_types: Object.fromEntries(kinds.map((kind) => [kind, ['text']])),
    reasons: Object.fromEntries(reasons),
  }));
  return whole({ id: `modr-${call.callId}`, model: 'guardrails', results });
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const items = list(value, 'body.input');
  if (items.length === 0 || items.length > MAX_TEXTS) throw new KanonError('BAD_USER_INPUT', `body.input: expected 1 to ${MAX_TEXTS} texts.`, { details: { field: 'body.input' } });
  return items.map((item, index) => {
    if (typeof item === 'string') return item;
    const part = object(item, `body.input[${index}]`);
    oneOf(part['type'], ['text'], `body.input[${index}].type`);
    return text(part['text'], `body.input[${index}].text`);
  });
}
