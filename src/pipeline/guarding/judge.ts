import { AbortedError, KanonError } from '../../canonical/errors.ts';
import { judgeJson } from '../../policy/guardrails/guarded-json.ts';
import { without, type Finding, type GuardContext, type Guardrail, type Place, type Replacement, type WholeGuardrail, type WindowGuardrail } from '../../policy/guardrails/guardrail.ts';
import { jsonViewOf } from '../../policy/masking/json-view.ts';
import { actorOf, type Refusals } from '../../policy/refusals.ts';
import type { Call } from '../call.ts';

/** A text to be judged. `json`: it is JSON, and stays so. */
export interface JudgedText {
  text: string;
  json: boolean;
}

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

  /** Judges a text by what stands where in it. @returns the text, without the finds where they are to be taken out */
  text(guardrail: WindowGuardrail, { text, json }: JudgedText, place: Place): string {
    if (json) return judgeJson(text, guardrail, this.context, (_, finding) => this.found(guardrail, finding, place), () => this.failed(guardrail, place));
    const finding = this.find(guardrail, text, place);
    return finding === null ? text : without(text, finding.spans);
  }

  /** Looks for what stands where in a text. @returns what is to be taken out of it */
  find(guardrail: WindowGuardrail, text: string, place: Place): Finding | null {
    let finding: Finding | null;
    try {
      finding = guardrail.check(text, this.context, true);
    } catch {
      this.failed(guardrail, place);
      return null;
    }
    return finding !== null && this.found(guardrail, finding, place) ? finding : null;
  }

  /** Asks a guardrail that judges whole texts. @returns the texts in their place; null to leave them */
  async whole(guardrail: WholeGuardrail, texts: readonly JudgedText[], place: Place): Promise<readonly string[] | null> {
    if (texts.length === 0) return null;
    const seen = texts.map(({ text, json }) => (json && guardrail.raw !== true ? jsonViewOf(text).text : text));
    let finding: Finding | Replacement | null;
    try {
      finding = await guardrail.check(seen, place, this.context);
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
