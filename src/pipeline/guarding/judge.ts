import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { Finding, GuardContext, Guardrail, Place, Replacement, WholeGuardrail } from '../../policy/guardrails/guardrail.ts';
import { actorOf, type Refusals } from '../../policy/refusals.ts';
import type { Call } from '../call.ts';

/** What becomes of the finds of one call. */
export class Judge {
  readonly context: GuardContext;
  readonly guardrails: readonly Guardrail[];
  readonly #call: Call;
  readonly #refusals: Pick<Refusals, 'note'>;

  constructor(call: Call, guardrails: readonly Guardrail[], systemTexts: readonly string[], refusals: Pick<Refusals, 'note'>) {
    const { principal, signal } = call.context;
    this.context = { operation: call.operation, model: call.model.name, app: principal.app, systemTexts, signal };
    this.guardrails = guardrails;
    this.#call = call;
    this.#refusals = refusals;
  }

  on(place: Place): Guardrail[] {
    return this.guardrails.filter((guardrail) => guardrail.on.has(place));
  }

  /**
   * @returns true when the find is to be taken out
   * @throws KanonError GUARDRAIL_BLOCKED
   */
  found(guardrail: Guardrail, finding: Finding | Replacement, place: Place): boolean {
    const { kind, mode } = guardrail;
    const flagged = mode === 'flag' || ('spans' in finding && finding.flagOnly === true);
    // Where there is nothing to take out, all of it would have to go.
    const takesOut = mode === 'rewrite' && ('texts' in finding || finding.spans.length > 0);
    if (!flagged && !takesOut) throw this.#refusal(kind, place, finding.reason);
    this.#call.warn(flagged ? `The guardrail "${kind}" has flagged the ${place}: ${finding.reason}.` : `The guardrail "${kind}" has changed the ${place}: ${finding.reason}.`);
    return takesOut && !flagged;
  }

  /** Asks a guardrail that judges whole texts. @returns the texts in their place; null to leave them */
  async whole(guardrail: WholeGuardrail, texts: readonly string[], place: Place): Promise<readonly string[] | null> {
    if (texts.length === 0) return null;
    let finding: Finding | Replacement | null;
    try {
      finding = await guardrail.check(texts, place, this.context);
    } catch (error) {
      if (this.context.signal.aborted) throw new AbortedError(error);
      this.failed(guardrail, place);
      return null;
    }
    if (finding === null || !this.found(guardrail, finding, place)) return null;
    return 'texts' in finding ? finding.texts : null;
  }

  /** The guardrail could not judge. @throws KanonError GUARDRAIL_BLOCKED when it fails closed */
  failed({ kind, fail }: Guardrail, place: Place): void {
    if (fail === 'closed') throw this.#refusal(kind, place, 'it could not be judged');
    this.#call.warn(`The guardrail "${kind}" could not judge the ${place}.`);
  }

  #refusal(kind: string, place: Place, reason: string): KanonError {
    this.#refusals.note({ actor: actorOf(this.#call.context.principal), action: 'call.refused', subject: this.#call.model.name, reason: `guardrail ${kind} ${place}` });
    return new KanonError('GUARDRAIL_BLOCKED', `The guardrail "${kind}" has stopped the ${place}: ${reason}.`, { details: { guardrail: kind, place } });
  }
}
