import { begunAnswer } from '../../canonical/begun.ts';
import type { ChatChunk } from '../../canonical/chat.ts';
import { GuardedText } from '../../policy/guardrails/guarded-text.ts';
import { without, type Guardrail, type Place, type WholeGuardrail, type WindowGuardrail } from '../../policy/guardrails/guardrail.ts';
import type { Policies } from '../../policy/policies.ts';
import type { Refusals } from '../../policy/refusals.ts';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import { GuardFilter } from './guard-filter.ts';
import { Judge } from './judge.ts';
import { moderate } from './moderate.ts';
import { changePlace, systemTextsOf } from './places.ts';

export interface GuardOptions {
  /** The policies as they are now. */
  policies: () => Policies;
  refusals: Pick<Refusals, 'note'>;
}

interface Guarded {
  judge: Judge;
  /** The beginning of the answer that the request gives. */
  begun: string;
  /** The text of the answer so far, for guardrails that judge it whole. */
  answer: string;
  replacement: string | null;
}

/** The rules of the principal's policy on what callers say, on what was retrieved for them, and on what models answer. */
export function guard({ policies, refusals }: GuardOptions): Stage {
  const guarded = new WeakMap<Call, Guarded>();
  return {
    name: 'guard',
    async enter(call) {
      const { guardrails } = policies().of(call.context.principal);
      if (guardrails.length === 0) return;
      const judge = new Judge(call, guardrails, systemTextsOf(call), refusals);
      for (const place of ['input', 'grounding'] as const) {
        for (const guardrail of judge.on(place)) await judgeTexts(call, judge, guardrail, place);
      }
      guarded.set(call, { judge, begun: call.is('CHAT') ? begunAnswer(call.request) : '', answer: '', replacement: null });
    },
    moderate(texts, context) {
      const { guardrails } = policies().of(context.principal);
      return guardrails.some(({ on }) => on.has('input')) ? moderate(guardrails, texts, context) : null;
    },
    progress(call, chunk) {
      const state = guarded.get(call);
      const wholes = state?.judge.on('output').filter(isWhole) ?? [];
      if (state === undefined || wholes.length === 0) return null;
      state.answer += said(chunk);
      return chunk.type === 'finish' ? judgeAnswer(state, wholes) : null;
    },
    chatFilter(call) {
      const state = guarded.get(call);
      if (state === undefined) return null;
      const output = state.judge.on('output');
      if (output.length === 0) return null;
      state.answer = state.begun;
      state.replacement = null;
      const windows = output.filter(isWindow);
      const { judge } = state;
      const make = (before: string): GuardedText =>
        new GuardedText(windows, judge.context, (guardrail, finding) => void judge.found(guardrail, finding, 'output'), (guardrail) => judge.failed(guardrail, 'output'), before);
      const holds = output.some((guardrail) => guardrail.reach === 'whole' && guardrail.mode !== 'flag');
      return new GuardFilter((key) => make(key === 'text' ? state.begun : ''), holds, () => (state.replacement === null ? null : continuation(state.replacement, state.begun)));
    },
    reading(call, _operation, reading) {
      const state = guarded.get(call);
      if (state === undefined || !('description' in reading) || reading.description === null) return reading;
      for (const guardrail of state.judge.on('output').filter(isWindow)) {
        reading.description = judgeText(reading.description, state.judge, guardrail, 'output');
      }
      return reading;
    },
  };
}

async function judgeTexts(call: Call, judge: Judge, guardrail: Guardrail, place: Place): Promise<void> {
  if (guardrail.reach === 'window') {
    changePlace(call, place, (text) => judgeText(text, judge, guardrail, place));
    return;
  }
  const texts: string[] = [];
  const { request } = call;
  changePlace(call, place, (text) => {
    texts.push(text);
    return text;
  });
  call.request = request;
  const changed = await judge.whole(guardrail, texts, place);
  if (changed === null) return;
  let next = 0;
  changePlace(call, place, (text) => changed[next++] ?? text);
}

function judgeText(text: string, judge: Judge, guardrail: WindowGuardrail, place: Place): string {
  const finding = check(text, judge, guardrail, place);
  return finding !== null && judge.found(guardrail, finding, place) ? without(text, finding.spans) : text;
}

function check(text: string, judge: Judge, guardrail: WindowGuardrail, place: Place): ReturnType<WindowGuardrail['check']> {
  try {
    return guardrail.check(text, judge.context, true);
  } catch {
    judge.failed(guardrail, place);
    return null;
  }
}

async function judgeAnswer(state: Guarded, wholes: readonly WholeGuardrail[]): Promise<void> {
  for (const guardrail of wholes) {
    const text = state.replacement ?? state.answer;
    const changed = await state.judge.whole(guardrail, text === '' ? [] : [text], 'output');
    if (changed !== null) state.replacement = changed[0] ?? '';
  }
}

/** What a text says beyond its beginning; all of it where it begins otherwise. */
function continuation(text: string, begun: string): string {
  return text.startsWith(begun) ? text.slice(begun.length) : text;
}

function said(chunk: ChatChunk): string {
  return chunk.type === 'text' || chunk.type === 'refusal' ? chunk.text : '';
}

function isWindow(guardrail: Guardrail): guardrail is WindowGuardrail {
  return guardrail.reach === 'window';
}

function isWhole(guardrail: Guardrail): guardrail is WholeGuardrail {
  return guardrail.reach === 'whole';
}
