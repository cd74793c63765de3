import { begunAnswer } from '../../canonical/begun.ts';
import type { VisionReading } from '../../canonical/results.ts';
import { GuardedJson } from '../../policy/guardrails/guarded-json.ts';
import { GuardedText } from '../../policy/guardrails/guarded-text.ts';
import type { Finding, Guardrail, Place, WholeGuardrail, WindowGuardrail } from '../../policy/guardrails/guardrail.ts';
import type { Policies } from '../../policy/policies.ts';
import type { Refusals } from '../../policy/refusals.ts';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import { Answer, isToolCall, type AnswerPart } from './answer.ts';
import { GuardFilter } from './guard-filter.ts';
import { Judge, type JudgedText } from './judge.ts';
import { moderate } from './moderate.ts';
import { textsOfPicture } from './picture.ts';
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
  answer: Answer;
  /** The model was asked for JSON. */
  json: boolean;
}

/** The rules of the principal's policy on what callers say, on what was retrieved for them, and on what models answer. */
export function guard({ policies, refusals }: GuardOptions): Stage {
  const guarded = new WeakMap<Call, Guarded>();
  const judgeRequest = async (call: Call, judge: Judge): Promise<void> => {
    for (const place of ['input', 'grounding'] as const) {
      for (const guardrail of judge.on(place)) await judgeTexts(call, judge, guardrail, place);
    }
    const begun = call.is('CHAT') ? begunAnswer(call.request) : '';
    const json = call.is('CHAT') && (call.request.responseFormat?.type ?? 'text') !== 'text';
    guarded.set(call, { judge, begun, answer: new Answer(begun), json });
  };
  return {
    name: 'guard',
    enter(call) {
      const { guardrails } = policies().of(call.context.principal);
      return guardrails.length === 0 ? undefined : judgeRequest(call, new Judge(call, guardrails, systemTextsOf(call), refusals));
    },
    moderate(texts, context) {
      const { guardrails } = policies().of(context.principal);
      return guardrails.some(({ on }) => on.has('input')) ? moderate(guardrails, texts, context) : null;
    },
    progress(call, chunk) {
      const state = guarded.get(call);
      if (state === undefined) return null;
      const wholes = state.judge.on('output').filter(isWhole);
      if (wholes.length === 0) return null;
      state.answer.add(chunk);
      return chunk.type === 'finish' ? judgeAnswer(state, wholes) : null;
    },
    chatFilter(call) {
      const state = guarded.get(call);
      if (state === undefined) return null;
      const output = state.judge.on('output');
      if (output.length === 0) return null;
      const answer = new Answer(state.begun);
      state.answer = answer;
      const windows = output.filter(isWindow);
      const { judge, json, begun } = state;
      const make = (part: AnswerPart): GuardedText | GuardedJson => {
        const found = (guardrail: WindowGuardrail, finding: Finding): boolean => judge.found(guardrail, finding, 'output');
        const failed = (guardrail: WindowGuardrail): void => judge.failed(guardrail, 'output');
        return new (isJsonPart(part, json) ? GuardedJson : GuardedText)(windows, judge.context, found, failed, part === 'text' ? begun : '');
      };
      const holds = output.some((guardrail) => guardrail.reach === 'whole' && guardrail.mode !== 'flag');
      return new GuardFilter(make, holds, (part) => answer.replacement(part));
    },
    async reading(call, _operation, reading) {
      const judge = guarded.get(call)?.judge;
      if (judge === undefined || !('objects' in reading)) return reading;
      await judgePicture(reading, judge);
      return reading;
    },
  };
}

async function judgeTexts(call: Call, judge: Judge, guardrail: Guardrail, place: Place): Promise<void> {
  if (guardrail.reach === 'window') {
    changePlace(call, place, (text, json) => judge.text(guardrail, { text, json }, place));
    return;
  }
  const texts: JudgedText[] = [];
  const { request } = call;
  changePlace(call, place, (text, json) => {
    texts.push({ text, json });
    return text;
  });
  call.request = request;
  const changed = await judge.whole(guardrail, texts, place);
  if (changed === null) return;
  let next = 0;
  changePlace(call, place, (text) => changed[next++] ?? text);
}

async function judgeAnswer({ judge, answer, json }: Guarded, wholes: readonly WholeGuardrail[]): Promise<void> {
  for (const guardrail of wholes) {
    const parts = answer.texts(guardrail.outputs);
    const changed = await judge.whole(guardrail, parts.map(([part, text]) => ({ text, json: isJsonPart(part, json) })), 'output');
    if (changed !== null) for (const [index, [part, text]] of parts.entries()) if (changed[index] !== text) answer.replace(part, changed[index] ?? '');
  }
}

async function judgePicture(reading: VisionReading, judge: Judge): Promise<void> {
  for (const guardrail of judge.on('output')) {
    const texts = textsOfPicture(reading);
    if (guardrail.reach === 'window') {
      for (const { text, remove } of texts) remove(judge.find(guardrail, text, 'output')?.spans ?? []);
    } else if (guardrail.outputs !== 'reply') {
      const changed = await judge.whole(guardrail, texts.map(({ text }) => ({ text, json: false })), 'output');
      if (changed !== null) for (const [index, { text, replace }] of texts.entries()) if (changed[index] !== text) replace(changed[index] ?? '');
    }
  }
}

/** Nobody can use it before its end. @param json the model was asked for JSON */
function isJsonPart(part: AnswerPart, json: boolean): boolean {
  return isToolCall(part) || (json && part === 'text');
}

function isWindow(guardrail: Guardrail): guardrail is WindowGuardrail {
  return guardrail.reach === 'window';
}

function isWhole(guardrail: Guardrail): guardrail is WholeGuardrail {
  return guardrail.reach === 'whole';
}
