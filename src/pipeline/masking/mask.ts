import { hasPdf } from '../../canonical/estimate.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { RoutedModel } from '../../routing/target.ts';
import { MaskingError, type MaskedCount, type MaskInput } from '../../policy/masking/index.ts';
import type { Policies, PolicyMasking } from '../../policy/policies.ts';
import { actorOf, type Refusals } from '../../policy/refusals.ts';
import { answersInJson, type Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import { withTexts } from './texts.ts';
import { UnmaskFilter, unmaskVision } from './unmask.ts';

/** Masks what else of a request may hold private text, and tells how much of it there was; null where there is nothing else. */
export type MaskMore = (call: Call, masking: PolicyMasking) => Promise<MaskedCount[]> | null;

export interface MaskOptions {
  /** The policies as they are now. */
  policies: () => Policies;
  refusals: Pick<Refusals, 'note'>;
  /** Masks pictures. */
  pictures: MaskMore;
}

/**
 * Private values in a request are masked before it leaves this machine, and come back in the answer. What a model on
 * this machine is asked stays as it is: nothing leaves.
 */
export function mask({ policies, refusals, pictures }: MaskOptions): Stage {
  return {
    name: 'mask',
    async enter(call) {
      const { principal } = call.context;
      const { masking, guardrails } = policies().of(principal);
      if (masking === null) return;
      const leaves = leavesMachine(call.model);
      // A guardrail of the operator's may be anywhere.
      if (!leaves && !guardrails.some(({ kind }) => kind === 'webhook')) return;
      const session = masking.masker.session();
      let inPictures: MaskedCount[] = [];
      try {
        const texts = await session.maskAll(textsOf(call), call.context.signal);
        call.request = withTexts(call.operation, call.request, nextOf(texts));
        if (leaves) maskDocuments(call, masking);
        inPictures = (leaves ? await pictures(call, masking) : null) ?? [];
      } catch (error) {
        if (error instanceof AbortedError) throw error;
        const reason = error instanceof MaskingError ? error.reason : 'crash';
        if (masking.fail === 'closed') {
          refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: call.model.name, reason: `masking ${reason}` });
          throw refusal(error, reason);
        }
        call.masking = 'open';
        call.warn(`Private values could not be masked (${reason}), and were sent as they are.`);
      }
      if (call.masking === 'none') call.masking = 'done';
      call.masked = inPictures.length === 0 ? session.summary() : summed([...session.summary(), ...inPictures]);
      if (call.masked.length > 0 && citesText(call)) call.warn('Values were masked in what is cited: the places of citations count in the masked text.');
      call.session = session;
    },
    chatFilter(call) {
      const { session } = call;
      if (session === null || session.kinds().length === 0 || !call.is('CHAT')) return null;
      return new UnmaskFilter(session, { json: answersInJson(call) });
    },
    reading(call, _operation, reading) {
      const { session } = call;
      if (session !== null && 'description' in reading) unmaskVision(reading, session);
      return reading;
    },
  };
}

/** Nobody here looks into a PDF. @throws MaskingError */
function maskDocuments(call: Call, { documents }: PolicyMasking): void {
  if (!call.is('CHAT') || !hasPdf(call.request)) return;
  if (documents) throw new MaskingError('opaque', 'Nobody here can look into a PDF. Send its text, or have the operator let PDFs pass as they are: `maskDocuments: false`.');
  call.warn('PDFs were sent as they are: the policy does not have them masked.');
}

function citesText(call: Call): boolean {
  return call.is('CHAT') && call.request.messages.some(({ content }) => content.some((part) => part.type === 'document' && part.document.kind === 'text' && part.document.citations));
}

/** In the order in which `withTexts` comes to them: masked as one, so that a value that is found in one is masked in all. */
function textsOf(call: Call): MaskInput[] {
  const texts: MaskInput[] = [];
  withTexts(call.operation, call.request, (text, json) => {
    texts.push({ text, json });
    return text;
  });
  return texts;
}

function nextOf(texts: readonly string[]): (text: string) => string {
  let next = 0;
  return (text) => texts[next++] ?? text;
}

function leavesMachine(model: RoutedModel): boolean {
  return model.targets.some(({ provider }) => provider.local !== true);
}

function summed(counts: readonly MaskedCount[]): MaskedCount[] {
  const sums = new Map<string, number>();
  for (const { kind, count } of counts) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums].map(([kind, count]) => ({ kind, count }));
}

/** The cause is left out: an engine's message may quote the text. */
function refusal(error: unknown, reason: string): KanonError {
  const why = error instanceof MaskingError ? error.message : 'A detector failed.';
  return new KanonError('GUARDRAIL_BLOCKED', `Private values in the request could not be masked, and it is not sent unmasked. ${why}`, {
    details: { guardrail: 'masking', reason },
  });
}
