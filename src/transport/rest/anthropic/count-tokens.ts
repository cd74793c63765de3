import { estimateInput } from '../../../canonical/estimate.ts';
import { whole, type Exchange, type WholeAnswer } from '../exchange.ts';
import { messagesRequest } from './messages/request.ts';

/** `POST /v1/messages/count_tokens`: an estimate, since no target is asked; the header `x-kanon-estimate` says so. */
export async function countTokens(exchange: Exchange): Promise<WholeAnswer> {
  const { model, request } = await messagesRequest(exchange, false);
  exchange.services.operations.resolve('CHAT', model, 'body.model', exchange.call);
  return whole({ input_tokens: estimateInput(request) }, { 'x-kanon-estimate': 'true' });
}
