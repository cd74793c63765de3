import type { CacheLook, CacheWish } from '../../canonical/call.ts';
import type { Policies } from '../../policy/policies.ts';
import type { AnswerCache } from '../../routing/target.ts';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import type { KeptAnswers, Reach } from './answers.ts';
import { Recording } from './recording.ts';
import { requestKey } from './request-key.ts';

export interface CacheOptions {
  answers: KeptAnswers;
  /** The policies as they are now. */
  policies: () => Policies;
  /** Told of every call of a model whose answers are kept. */
  lookedUp: (model: string, outcome: CacheLook['outcome']) => void;
}

/** An answer that is to be kept once it is complete. */
interface Open {
  name: string;
  reach: Reach;
  recording: Recording;
}

const NO_WISH: CacheWish = { lookUp: true, keep: true, maxAgeMs: Infinity };

/**
 * Gives an answer of before again where the same app asks a model the same, and the config has the model's answers
 * kept. Stands after all stages that change a request: what is kept is what has left, and goes the way back anew for
 * each caller.
 */
export function cache({ answers, policies, lookedUp }: CacheOptions): Stage {
  const open = new WeakMap<Call, Open>();
  const told = (call: Call, outcome: CacheLook['outcome']): void => {
    lookedUp(call.model.name, outcome);
    call.context.onLookedUp?.({ outcome, ageMs: call.kept?.ageMs ?? 0 });
  };
  const lookUp = async (call: Call, { ttlMs, maxEntryBytes }: AnswerCache): Promise<void> => {
    const wish = call.context.cache ?? NO_WISH;
    // What should have been masked and was not is not kept.
    const key = call.masking === 'open' || !(wish.lookUp || wish.keep) ? null : requestKey(call);
    if (key === null) return told(call, 'bypass');
    const name = answers.nameOf(key);
    const reach = { ttlMs, share: mayLeave(call, policies()) };
    if (wish.lookUp) call.kept = await answers.get(name, reach, wish.maxAgeMs);
    if (call.kept !== null) for (const warning of call.kept.warnings) call.warn(warning);
    else if (wish.keep) open.set(call, { name, reach, recording: new Recording(call, maxEntryBytes) });
    told(call, call.kept !== null ? 'hit' : wish.lookUp ? 'miss' : 'bypass');
  };
  return {
    name: 'cache',
    enter(call) {
      const { cache: settings } = call.model;
      return settings === undefined ? undefined : lookUp(call, settings);
    },
    progress(call, chunk) {
      if (call.model.cache !== undefined) open.get(call)?.recording.add(call, chunk);
      return null;
    },
    reading(call, _operation, reading) {
      open.get(call)?.recording.addReading(call, reading);
      return reading;
    },
    leave(call, outcome) {
      const opened = open.get(call);
      if (opened === undefined || outcome.type !== 'ok') return;
      const at = Date.now();
      const text = opened.recording.text(call, at);
      if (text !== null) answers.set(opened.name, text, at, opened.reach);
    },
  };
}

/** What a model of this machine is asked is not masked on its way, and neither is its answer. */
function mayLeave(call: Call, policies: Policies): boolean {
  if (policies.of(call.context.principal).masking === null) return true;
  return call.masking === 'done' && call.model.targets.every(({ provider }) => provider.local !== true);
}
