import DataLoader from 'dataloader';
import type { CallContext } from '../canonical/call.ts';
import type { CallRecord, Ledger } from '../ledger/ledger.ts';
import type { Media } from '../media/media.ts';
import type { EmbedLoader } from '../operations/embed.ts';
import type { Operations } from '../operations/operations.ts';

/** What one GraphQL request has at hand, whichever transport it came by. */
export interface RequestContext {
  /** Who asks, until when, and under which id. */
  call: CallContext;
  operations: Operations;
  media: Media;
  ledger: Ledger;
  /** Gathers the texts of this request. */
  embeds: EmbedLoader;
  /** Gathers the ids of recorded calls of this request; null for one that is not there. */
  callsById: DataLoader<string, CallRecord | null>;
}

/** Most recorded calls that are read at once. */
const CALLS_AT_ONCE = 500;

/** What stays the same for all requests. */
export type Services = Pick<RequestContext, 'operations' | 'media' | 'ledger'>;

/** The context of one request. */
export function requestContext(services: Services, call: CallContext): RequestContext {
  return {
    ...services,
    call,
    embeds: services.operations.embedLoader(call),
    callsById: new DataLoader((ids) => services.ledger.callsById(ids), { maxBatchSize: CALLS_AT_ONCE }),
  };
}
