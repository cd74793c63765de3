import type { ChatRequest } from '../../canonical/chat.ts';
import { Walk } from '../attempts/walk.ts';
import type { RouteContext } from '../context.ts';
import { firstOf, isFinalForHedge } from '../first-of.ts';
import type { RoutePlan } from '../plan/plan.ts';
import type { RouteModel, Target } from '../target.ts';
import { openChat, OpenChat } from './open.ts';
import { readToEnd } from './read-to-end.ts';

export interface Opened {
  open: OpenChat;
  /** What is left of the way, for a rescue. */
  walk: Walk;
}

/**
 * Finds the target whose answer it will be: one after the other, with a second one beside a late first, or all at once.
 * @throws KanonError when none could answer; AbortedError when the caller left
 */
export function openFirst(model: RouteModel, plan: RoutePlan, request: ChatRequest, stream: boolean, context: RouteContext): Promise<Opened> {
  const { targets, forRefusals } = plan;
  if (model.strategy !== 'race' && (model.hedgeMs === null || targets.length < 2)) return openAlong(new Walk(model, context, targets, forRefusals), model, request, stream, context);
  const along = (walk: Walk, branch: RouteContext): Promise<Opened> => openAlong(walk, model, request, stream, branch);
  if (model.strategy === 'race') {
    const branches = targets.map((target) => (signal: AbortSignal) => {
      const branch = { ...context, signal };
      return along(new Walk(model, branch, [target]), branch).then(async ({ open, walk }) => ({ open: await readToEnd(open, context), walk }));
    });
    return firstOf(branches, { afterMs: 0, signal: context.signal, discard, isFinal: () => false });
  }
  const [first, others] = [targets.slice(0, 1), targets.slice(1)];
  const branchOf = (own: readonly Target[], rest: readonly Target[]) => async (signal: AbortSignal): Promise<Opened> => {
    const branch = { ...context, signal };
    const opened = await along(new Walk(model, branch, own, forRefusals), branch);
    opened.walk.append(rest);
    return opened;
  };
  return firstOf([branchOf(first, others), branchOf(others, first)], { afterMs: model.hedgeMs ?? 0, signal: context.signal, discard, isFinal: isFinalForHedge });
}

async function openAlong(walk: Walk, model: RouteModel, request: ChatRequest, stream: boolean, context: RouteContext): Promise<Opened> {
  for (;;) {
    const turn = await walk.next();
    const open = await openChat(model, turn, request, stream, context);
    if (open instanceof OpenChat) return { open, walk };
    walk.failed(turn, open);
  }
}

function discard({ open }: Opened): void {
  open.attempt.cancelled('another target was faster', open.lost(''));
  open.close();
}
