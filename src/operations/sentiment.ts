import type { CallContext, CallMeta } from '../canonical/call.ts';
import { InputError } from '../canonical/errors.ts';
import type { Emotion, SentimentLabel, SentimentRequest, SentimentScore } from '../canonical/results.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RoutedModel } from '../routing/target.ts';
import type { MemberReading } from '../routing/route.ts';
import { mergeSentiment, type MergedSentiment } from './merge/sentiment.ts';

const MAX_CHARACTERS = 20_000;

export interface SentimentOpinion {
  provider: string;
  targetModel: string;
  label: SentimentLabel;
  score: number;
  confidence: number;
  weight: number;
}

export interface SentimentAnswer {
  label: SentimentLabel;
  score: number;
  confidence: number;
  emotions: Emotion[];
  opinions: SentimentOpinion[];
  /** How far the backends agree, 0 to 1. */
  agreement: number;
  /** BCP 47: what was asked for, unless the models read the text in another language. */
  language: string | null;
  meta: CallMeta;
}

/**
 * Asks how a text feels.
 * @param field the path of the text, for errors
 * @throws InputError when there is nothing to read or too much, or the language is no BCP 47 tag; KanonError, AbortedError
 */
export async function sentiment(
  pipeline: Pipeline,
  model: RoutedModel,
  request: SentimentRequest,
  context: CallContext,
  field: string,
): Promise<SentimentAnswer> {
  if (request.text.trim() === '') throw new InputError(field, 'expected a text that is not empty.');
  if (request.text.length > MAX_CHARACTERS) {
    throw new InputError(field, `expected at most ${MAX_CHARACTERS} characters, found ${request.text.length}; ask for the parts.`);
  }
  const language = readTag(request.language, field.replace(/text$/, 'language'));
  const { members, meta } = await pipeline.unary('SENTIMENT', model, { ...request, language }, context, scoreOf);
  const merged = mergedOf(members);
  const opinions = members.map(({ target, reading }) => ({
    provider: target.provider.name,
    targetModel: target.targetModel,
    label: reading.label,
    score: reading.score,
    confidence: reading.confidence,
    weight: target.weight,
  }));
  return { ...merged, language: reconcile(language, merged.language), opinions, meta };
}

function mergedOf(members: readonly MemberReading<'SENTIMENT'>[]): MergedSentiment {
  return mergeSentiment(members.map(({ target, reading }) => ({ weight: target.weight, reading })));
}

function scoreOf(members: readonly MemberReading<'SENTIMENT'>[]): SentimentScore {
  const { label, score, confidence } = mergedOf(members);
  return { label, score, confidence };
}

/** @throws InputError */
function readTag(tag: string | null, field: string): string | null {
  if (tag === null) return null;
  try {
    const canonical = Intl.getCanonicalLocales(tag)[0];
    if (canonical !== undefined) return canonical === 'und' ? null : canonical;
  } catch (cause) {
    throw new InputError(field, 'expected a BCP 47 tag such as "de" or "en-GB"; leave it out to have the language found.', cause);
  }
  return null;
}

/** The caller's tag says more of the language that was read, "de-AT" of "de"; another one was not read. */
function reconcile(asked: string | null, read: string | null): string | null {
  if (asked === null || read === null) return asked ?? read;
  return primary(asked) === primary(read) ? asked : read;
}

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0] ?? tag;
}
