import { viewOf } from '../masking/view.ts';
import type { Finding } from './guardrail.ts';

/**
 * What attempts to take over a model's instructions read like, in English and German, and how much each says of itself
 * (0 to 1). Written from published collections of attacks; every repetition is bounded. Nobody should trust it alone:
 * a model can be talked over in endless other ways, and honest texts speak of instructions too.
 */
const SIGNS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|any|your|these|system)\b.{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|constraints?)\b/i, 0.75],
  [/\b(?:ignoriere|missachte|vergiss|umgehe|überschreibe)\w{0,2}\b.{0,30}\b(?:vorherigen?|bisherigen?|obigen?|alle[rn]?|deine|diese|systems?)\b.{0,30}\b(?:anweisung\w{0,3}|regeln?|vorgaben?|instruktion\w{0,3}|prompts?|befehle?)\b/i, 0.75],
  [/\b(?:reveal|show|print|repeat|output|tell me|give me|leak|display)\b.{0,40}\b(?:system|hidden|initial|original|secret|developer)\b.{0,15}\b(?:prompt|instructions?|message|rules?)\b/i, 0.65],
  [/\b(?:zeig\w{0,2}|nenn\w{0,2}|wiederhol\w{0,2}|verrat\w{0,2}|gib)\b.{0,40}\b(?:system|geheim\w{0,3}|versteckt\w{0,3}|ursprünglich\w{0,3})\b.{0,15}(?:prompt|anweisung\w{0,3}|nachricht|regeln?)/i, 0.65],
  [/\bsystem ?-?prompt\b/i, 0.25],
  [/\byou are (?:now|no longer)\b.{0,60}\b(?:dan|unrestricted|unfiltered|jailbroken|free|evil|an? (?:ai|model|assistant) (?:without|with no))\b/i, 0.7],
  [/\bdu bist (?:jetzt|nun|nicht mehr|nicht länger)\b.{0,60}\b(?:dan|frei|uneingeschränkt|ungefiltert|böse|ohne)\b/i, 0.6],
  [/\b(?:do anything now|jailbreak(?:ed|ing)?|developer mode|god mode|dan mode|entwicklermodus)\b/i, 0.55],
  [/\b(?:pretend|act|imagine|roleplay|tu so|stell dir vor)\b.{0,60}\b(?:no|without|free of|keine|ohne)\b.{0,20}\b(?:rules?|restrictions?|limits?|filters?|guidelines?|ethic\w{0,4}|regeln|einschränkungen|grenzen|filter)\b/i, 0.6],
  [/\b(?:new|updated|neue) (?:system )?(?:instructions?|rules?|anweisungen|regeln)\s{0,3}:/i, 0.45],
  [/<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|start_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|^\s{0,4}#{2,4} ?(?:system|instruction)s?\b/im, 0.6],
  [/^\s{0,4}(?:system|developer|assistant)\s{0,2}:\s/im, 0.3],
  [/\b(?:do not|don't|never|nicht|niemals)\b.{0,20}\b(?:tell|mention|inform|reveal to|sag\w{0,2}|erwähn\w{0,2})\b.{0,20}\b(?:the user|anyone|dem nutzer|niemandem?)\b/i, 0.4],
  [/\b(?:decode|base64|rot13|entschlüssel\w{0,2})\b.{0,40}\b(?:and|then|und|dann)\b.{0,20}\b(?:follow|execute|obey|run|befolg\w{0,2}|ausführ\w{0,2})\b/i, 0.6],
  [/\b(?:send|post|forward|exfiltrate|append|schick\w{0,2})\b.{0,60}\b(?:conversation|history|api key|password|credentials|context|gespräch|passwort)\b.{0,60}\bhttps?:\/\//i, 0.65],
];

/** Longest text that is looked at in one piece; a longer one is looked at piece by piece. */
const PIECE = 20_000;

/** How much a text looks like an attempt to take over the model, 0 to 1. */
export function injectionScore(text: string): number {
  let highest = 0;
  for (let start = 0; start < text.length; start += PIECE) {
    // Look-alike letters and characters without width are folded first.
    const { text: seen } = viewOf(text.slice(start, start + PIECE + 300));
    // A sentence goes on over the end of a line, in the rows of a picture above all.
    const flowing = seen.replaceAll(/\s{1,16}/g, ' ');
    let innocent = 1;
    for (const [sign, weight] of SIGNS) if (sign.test(sign.multiline ? seen : flowing)) innocent *= 1 - weight;
    highest = Math.max(highest, 1 - innocent);
  }
  return highest;
}

/** @param threshold score from which on it is a find */
export function findInjection(threshold: number): (text: string) => Finding | null {
  return (text) => {
    const score = injectionScore(text);
    return score < threshold ? null : { reason: `it looks like a prompt injection (score ${score.toFixed(2)})`, spans: [] };
  };
}
