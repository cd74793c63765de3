import type { LexiconPack } from '../sentiment/lexicon/valence.ts';
import { weigh } from '../sentiment/lexicon/valence.ts';
import { splitSentences } from './sentences.ts';

/** What a customer's message is about, in the customer's own words. */
export interface Concerns {
  /** As in the signature, or null. */
  name: string | null;
  problems: string[];
  requests: string[];
  questions: string[];
}

const REQUEST =
  /\b(?:i (?:want|expect|demand|need|would like|ask)|i'd like|please|could you|can you|would you|ich (?:will|erwarte|verlange|brauche|benötige|möchte|fordere|bitte|hätte gern)|bitte|könnten sie|können sie|würden sie)\b/iu;
/** Sentences about how to answer, not about the matter. */
const ASIDE =
  /\b(?:attached|enclosed|reach me|call me|contact me|my (?:phone|number|e-?mail)|regards|sincerely|angehängt|anbei|beigefügt|erreichen (?:sie )?mich|meine (?:nummer|telefonnummer|e-?mail)|grüßen?|grüße)\b/iu;
/** Things go wrong in facts, too. */
const TROUBLE =
  /\b(?:twice|leak\w*|broke\w*|not (?:work\w*|switch\w*|turn\w*|arriv\w*|start\w*)|never|nobody|no one|wrong|missing|charged|stopped|damaged|zweimal|doppelt|ausgelaufen|kaputt\w*|defekt\w*|gar nicht|nicht mehr|niemand|keiner|nie|falsch\w*|fehlt|fehlen|belastet|abgebucht|beschädigt)\b/iu;
const GREETING = /^(?:hello|hi|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|sehr geehrte|liebe[rs]?|moin|servus)\b[^.!?]{0,40}$/iu;
const MOST = 3;

/** Picks the sentences of a message that tell what went wrong, what is wanted and what is asked. */
export function readConcerns(message: string, pack: LexiconPack): Concerns {
  const sentences = splitSentences(message);
  const name = findName(sentences.at(-1));
  const weighed = sentences
    .filter((sentence) => !GREETING.test(sentence) && !ASIDE.test(sentence) && sentence !== sentences.at(name === null ? sentences.length : -1))
    .map((sentence, place) => ({ sentence, place, weight: trouble(sentence, pack) }));
  const requests = weighed.filter(({ sentence }) => REQUEST.test(sentence));
  const questions = weighed.filter((one) => one.sentence.endsWith('?') && !requests.includes(one));
  const problems = weighed
    .filter((one) => one.weight > 0.5 && !requests.includes(one) && !questions.includes(one))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST)
    .sort((a, b) => a.place - b.place);
  const texts = (of: { sentence: string }[]): string[] => of.slice(0, MOST).map(({ sentence }) => sentence);
  return { name, problems: texts(problems), requests: texts(requests), questions: texts(questions) };
}

/** Facts weigh more than feelings: "it leaked" helps whoever has to act, "this is a disgrace" does not. */
function trouble(sentence: string, pack: LexiconPack): number {
  const { negative } = weigh(sentence, pack);
  const facts = sentence.match(new RegExp(TROUBLE.source, 'giu'))?.length ?? 0;
  const words = sentence.match(/\p{L}+/gu)?.length ?? 0;
  return Math.min(negative, 3) * 0.3 + facts * 1.2 + (words >= 6 ? 0.4 : -0.6);
}

/** A last line of two or three names, or of a masked one. */
function findName(line: string | undefined): string | null {
  if (line === undefined) return null;
  return /^(?:\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’.-]*){1,2}|\[PERSON_\d+\](?: \[PERSON_\d+\])?)$/u.test(line) ? line : null;
}
