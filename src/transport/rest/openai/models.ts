import type { Model } from 'openai/resources/models';
import { whole, type Exchange, type WholeAnswer } from '../exchange.ts';
import { modelOf, modelsOf, type ShownModel } from '../models.ts';

/** Seconds since 1970: the models are those of the running config, which has no dates. */
const created = Math.floor(Date.now() / 1_000);

/** `GET /v1/models` */
export function models(exchange: Exchange): WholeAnswer {
  return whole({ object: 'list', data: modelsOf(exchange).map(shown) });
}

/** `GET /v1/models/{id}` */
export function modelByName(exchange: Exchange): WholeAnswer {
  return whole(shown(modelOf(exchange)));
}

function shown({ name }: ShownModel): Model {
  return { id: name, object: 'model', created, owned_by: 'kanon' };
}
