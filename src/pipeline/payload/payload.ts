import type { PolicyConfig } from '../../config/config.ts';
import type { CallPayload } from '../../ledger/ledger.ts';
import type { MaskSession } from '../../policy/masking/index.ts';
import type { Policies } from '../../policy/policies.ts';
import type { Log } from '../../telemetry/log.ts';
import { answersInJson, type Call } from '../call.ts';
import { withTexts } from '../masking/texts.ts';
import type { Stage } from '../stage.ts';
import { SentPictures } from './pictures.ts';
import { requestText } from './texts.ts';

type PayloadPolicy = PolicyConfig['payloads'];

export interface PayloadOptions {
  /** What the policy of a name keeps, as it is now. */
  payloadsOf: (policy: string) => PayloadPolicy | undefined;
  policies: () => Policies;
  log: Log;
}

/** What a call brings along until its end. */
interface Kept {
  wanted: PayloadPolicy;
  prompt: string;
  /** Masks for the record what only models of this machine see; null where that is done, or nothing is masked. */
  session: MaskSession | null;
  pictures: SentPictures | null;
}

/** What was said: in masked form, and as it was where the policy keeps that and it is something else. */
type Said = Pick<CallPayload, 'prompt' | 'answer' | 'original'>;

/** Longest prompt or answer that is kept, in letters. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Keeps prompt, answer and pictures for the record, in masked form, where the policy says so. Stands after all stages
 * that change or refuse a request: what they have not seen is never kept.
 */
export function payload({ payloadsOf, policies, log }: PayloadOptions): Stage {
  const kept = new WeakMap<Call, Kept>();
  const add = async (call: Call, keep: Kept): Promise<void> => {
    const { wanted, pictures } = keep;
    try {
      const said = keep.session === null ? asSent(call, keep) : await maskedHere(call, keep, keep.session);
      call.payload = { ...said, keepMs: wanted.retention, ...(pictures !== null && { pictures: pictures.within(wanted.maxPictureBytes) }) };
    } catch (error) {
      // An engine's message may quote the text.
      log.warn({ callId: call.id, reason: error instanceof Error ? error.name : 'unknown' }, 'a prompt is not kept, as it could not be masked');
    }
  };
  return {
    name: 'payload',
    enter(call) {
      const { principal } = call.context;
      const wanted = payloadsOf(principal.policy);
      // What should have been masked and was not is not kept either.
      if (wanted === undefined || !wanted.store || call.masking === 'open' || Math.random() >= wanted.sample) return;
      // What a model of this machine is asked was not masked on its way, and is for the record.
      const session = call.masking === 'done' ? null : (policies().of(principal).masking?.masker.session() ?? null);
      const prompt = promptOf(call, call.request);
      kept.set(call, { wanted, prompt, session, pictures: wanted.pictures ? new SentPictures(call) : null });
      call.keepAnswer = true;
    },
    leave(call) {
      const keep = kept.get(call);
      return keep === undefined ? undefined : add(call, keep);
    },
  };
}

function asSent(call: Call, { prompt, wanted }: Kept): Said {
  const { session } = call;
  const said = { prompt, answer: call.answer.slice(0, MOST_CHARACTERS) };
  if (!wanted.originals || session === null || session.kinds().length === 0) return said;
  const restore = (text: string, json: boolean): string => (json ? session.unmaskJson(text) : session.unmask(text));
  return {
    ...said,
    original: { prompt: promptOf(call, withTexts(call.operation, call.request, restore)), answer: restore(said.answer, answersInJson(call)) },
  };
}

async function maskedHere(call: Call, { prompt, wanted }: Kept, session: MaskSession): Promise<Said> {
  const json = call.operation !== 'CHAT';
  const answer = call.answer.slice(0, MOST_CHARACTERS);
  const [maskedPrompt = '', maskedAnswer = ''] = await session.maskAll([{ text: prompt, json: true }, { text: answer, json }], AbortSignal.timeout(10_000));
  const said = { prompt: maskedPrompt, answer: maskedAnswer };
  if (!wanted.originals || session.kinds().length === 0) return said;
  // Not what was said itself: a value that is not to come back stays away here too.
  return { ...said, original: { prompt: session.unmaskJson(maskedPrompt), answer: json ? session.unmaskJson(maskedAnswer) : session.unmask(maskedAnswer) } };
}

function promptOf<O extends Call['operation']>({ operation }: Call<O>, request: Call<O>['request']): string {
  return requestText(operation, request).slice(0, MOST_CHARACTERS);
}
