import type { CallContext } from '../../canonical/call.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { GuardContext, Guardrail } from '../../policy/guardrails/guardrail.ts';

/** What the guardrails of a policy say of texts, without a model being asked. */
export interface Moderation {
  /** The kinds of all guardrails that have judged. */
  kinds: string[];
  /** For each text what was found in it, by kind, in a few words. */
  found: ReadonlyMap<string, string>[];
}

/**
 * Judges texts as if a caller had said each of them in a call.
 * @throws KanonError UPSTREAM_UNAVAILABLE when a guardrail that has to judge cannot; AbortedError
 */
export async function moderate(guardrails: readonly Guardrail[], texts: readonly string[], { principal, signal }: CallContext): Promise<Moderation> {
  const judges = guardrails.filter(({ on }) => on.has('input'));
  const context: GuardContext = { operation: 'CHAT', model: '', app: principal.app, systemTexts: [], signal };
  const found = texts.map(() => new Map<string, string>());
  for (const guardrail of judges) {
    for (const [index, text] of texts.entries()) {
      const reason = await judged(guardrail, text, context);
      if (reason !== null) found[index]?.set(guardrail.kind, reason);
    }
  }
  return { kinds: [...new Set(judges.map(({ kind }) => kind))], found };
}

async function judged(guardrail: Guardrail, text: string, context: GuardContext): Promise<string | null> {
  context.signal.throwIfAborted();
  try {
    const finding = guardrail.reach === 'window' ? guardrail.check(text, context, true) : await guardrail.check([text], 'input', context);
    return finding?.reason ?? null;
  } catch (cause) {
    if (context.signal.aborted) throw new AbortedError(cause);
    if (guardrail.fail === 'open') return null;
    throw new KanonError('UPSTREAM_UNAVAILABLE', `The guardrail "${guardrail.kind}" could not judge; try again.`, { cause });
  }
}
