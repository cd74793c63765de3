import DataLoader from 'dataloader';
import type { CallContext } from '../canonical/call.ts';
import type { CallRecord, Ledger, SaidTexts } from '../ledger/ledger.ts';
import type { Media } from '../media/media.ts';
import type { EmbedLoader } from '../operations/embed.ts';
import type { Operations } from '../operations/operations.ts';
import type { OperationPlan } from '../pipeline/limits/operation-plan.ts';
import type { Spending } from '../pipeline/limits/spending.ts';
import { originalsLoader } from './originals.ts';
import { ShownPictures } from './pictures.ts';

/** What one GraphQL request has at hand, whichever transport it came by. */
export interface RequestContext {
  /** Who asks, until when, and under which id. */
  call: CallContext;
  operations: Operations;
  media: Media;
  ledger: Ledger;
  /** Where limits and budgets stand. */
  spending: Pick<Spending, 'plan' | 'standing'>;
  /** The calls that the operation is going to make; null where no limit holds for them. */
  plan: OperationPlan | null;
  /** Gathers the texts of this request. */
  embeds: EmbedLoader;
  /** Gathers the ids of recorded calls of this request; null for one that is not there. */
  callsById: DataLoader<string, CallRecord | null>;
  /** What was said in recorded calls, with its private values. */
  originals: DataLoader<string, SaidTexts | null>;
  pictures: ShownPictures;
}

/** Most recorded calls that are read at once. */
const CALLS_AT_ONCE = 500;

/** What stays the same for all requests. */
export type Services = Pick<RequestContext, 'operations' | 'media' | 'ledger' | 'spending'>;

/** The context of one request. */
export function requestContext(services: Services, request: CallContext): RequestContext {
  const plan = services.spending.plan(request);
  const call = plan === null ? request : { ...request, plan };
  return {
    ...services,
    call,
    plan,
    embeds: services.operations.embedLoader(call),
    callsById: new DataLoader((ids) => services.ledger.callsById(ids), { maxBatchSize: CALLS_AT_ONCE }),
    originals: originalsLoader(services.ledger, request.principal),
    pictures: new ShownPictures(services.ledger),
  };
}
