import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import { InputError } from '../../../canonical/errors.ts';
import { whole, type Exchange, type WholeAnswer } from '../exchange.ts';
import { modelOf, modelsOf, type ShownModel } from '../models.ts';

const MAX_LIMIT = 1_000;

/** `GET /v1/models`, a page at a time: `limit`, `after_id`, `before_id`. */
export function models(exchange: Exchange): WholeAnswer {
  const { query } = exchange;
  const limit = limitOf(query.get('limit'));
  const all = modelsOf(exchange);
  const after = query.get('after_id');
  const before = query.get('before_id');
  const from = after === null ? 0 : all.findIndex(({ name }) => name === after) + 1;
  const to = before === null ? all.length : Math.max(0, all.findIndex(({ name }) => name === before));
  const start = before === null ? from : Math.max(from, to - limit);
  const page = all.slice(start, Math.min(to, start + limit));
  return whole({
    data: page.map(shown),
    has_more: before === null ? start + page.length < all.length : start > 0,
    first_id: page[0]?.name ?? null,
    last_id: page.at(-1)?.name ?? null,
  });
}

/** `GET /v1/models/{id}` */
export function modelByName(exchange: Exchange): WholeAnswer {
  return whole(shown(modelOf(exchange)));
}

function limitOf(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new InputError('body.limit', `expected 1 to ${MAX_LIMIT}.`);
  return limit;
}

/** The date is not known: the vendor says an epoch for that. */
function shown({ name, description }: ShownModel): ModelInfo {
  return {
    type: 'model',
    id: name,
    display_name: description ?? name,
    created_at: '1970-01-01T00:00:00Z',
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: null,
    max_tokens: null,
    retires_at: null,
  };
}
