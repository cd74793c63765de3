import type { PolicyConfig } from '../../config/config.ts';
import type { Policies, PolicyMasking } from '../../policy/policies.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import { requestText } from './texts.ts';

export interface PayloadOptions {
  /** What the policy of a name keeps, as it is now. */
  payloadsOf: (policy: string) => PolicyConfig['payloads'] | undefined;
  policies: () => Policies;
  log: Log;
}

/** Longest prompt or answer that is kept, in letters. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Keeps prompt and answer for the record, in masked form, where the policy says so. Stands after all stages that
 * change or refuse a request: what they have not seen is never kept.
 */
export function payload({ payloadsOf, policies, log }: PayloadOptions): Stage {
  const kept = new WeakMap<Call, { prompt: string; keepMs: number; masking: PolicyMasking | null }>();
  return {
    name: 'payload',
    enter(call) {
      const { principal } = call.context;
      const wanted = payloadsOf(principal.policy);
      // What should have been masked and was not is not kept either.
      if (wanted === undefined || !wanted.store || call.masking === 'open' || Math.random() >= wanted.sample) return;
      // What a model of this machine is asked was not masked on its way, and is for the record.
      const masking = call.masking === 'done' ? null : policies().of(principal).masking;
      kept.set(call, { prompt: requestText(call.operation, call.request).slice(0, MOST_CHARACTERS), keepMs: wanted.retention, masking });
      call.keepAnswer = true;
    },
    async leave(call) {
      const keep = kept.get(call);
      if (keep === undefined) return;
      const { prompt, keepMs, masking } = keep;
      const answer = call.answer.slice(0, MOST_CHARACTERS);
      try {
        const [maskedPrompt = '', maskedAnswer = ''] = masking === null ? [prompt, answer] : await masked(masking, prompt, answer, call);
        call.payload = { prompt: maskedPrompt, answer: maskedAnswer, keepMs };
      } catch (error) {
        // An engine's message may quote the text.
        log.warn({ callId: call.id, reason: error instanceof Error ? error.name : 'unknown' }, 'a prompt is not kept, as it could not be masked');
      }
    },
  };
}

async function masked({ masker }: PolicyMasking, prompt: string, answer: string, { operation }: Call): Promise<readonly string[]> {
  const json = operation !== 'CHAT';
  return masker.session().maskAll([{ text: prompt, json: true }, { text: answer, json }], AbortSignal.timeout(10_000));
}
