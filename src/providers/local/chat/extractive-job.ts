import type { FinishReason, GroundingText, Role } from '../../../canonical/chat.ts';
import type { Minilm } from '../embed/minilm.ts';
import { detectLanguage, isForeign } from '../sentiment/language.ts';
import type { LexiconPacks } from '../sentiment/readings.ts';
import { type Concerns, readConcerns } from './concerns.ts';
import { type Facts, type ReceiptFacts, readFacts } from './facts.ts';
import type { ReplyLanguage } from './phrases.ts';
import { rank } from './ranking.ts';
import { type Findings, writeReply } from './reply.ts';
import { splitSentences } from './sentences.ts';

/** A chat request as far as `extractive` reads it. */
export interface ExtractiveInput {
  messages: { role: Role; text: string }[];
  grounding: GroundingText[];
  /** Pictures in the last message of the user. */
  pictures: number;
  maxTokens: number | null;
  stop: string[];
}

export interface ExtractiveAnswer {
  /** The answer in groups of words; joined, they are the text. */
  deltas: string[];
  finish: Extract<FinishReason, 'STOP' | 'LENGTH'>;
  /** By MiniLM's tokeniser. */
  inputTokens: number;
  outputTokens: number;
  warnings: string[];
}

/** A passage this near to the question answers it, or seems to. */
const NEAR = 0.42;
const MOST_QUOTES = 3;
const FOREIGN = 'extractive reads English and German: the message seems to be in another language and was not read.';
const WORDS_A_DELTA = 4;

/** Answers the last message of the user from the grounding and the conversation. */
export async function answerExtractively(
  input: ExtractiveInput,
  minilm: Minilm,
  packs: LexiconPacks,
  signal: AbortSignal,
): Promise<ExtractiveAnswer> {
  const { tokeniser } = minilm;
  const asked = input.messages.findLast(({ role }) => role === 'USER')?.text ?? '';
  const found = detectLanguage(asked, packs);
  const foreign = isForeign(asked, found);
  const language: ReplyLanguage = found === 'und' ? 'en' : found;
  const facts = readFacts(input.grounding);
  const concerns = readConcerns(asked, packs[language]);
  const nothing = { quotes: [], own: false, searched: false };
  const findings: Findings = {
    language,
    concerns,
    facts,
    item: foreign ? null : await findItem(asked, facts, minilm, signal),
    ...(foreign ? nothing : await findQuotes(asked, concerns, input, facts, minilm, signal)),
    foreign,
    unseenPictures: Math.max(0, input.pictures - facts.pictures),
  };
  const { text, finish, tokens } = limit(writeReply(findings), input, (word) => tokeniser.count(word));
  const read = [...input.messages.map(({ text }) => text), ...input.grounding.map(({ text }) => text)];
  return {
    deltas: text.match(new RegExp(`(?:\\s*\\S+){1,${WORDS_A_DELTA}}\\s*`, 'gu')) ?? [],
    finish,
    inputTokens: read.reduce((sum, part) => sum + tokeniser.count(part, 100_000), 0),
    outputTokens: tokens,
    warnings: foreign ? [FOREIGN] : [],
  };
}

/** Sentences of the grounding that answer the message; without grounding, of what was said before. */
async function findQuotes(
  asked: string,
  concerns: Concerns,
  input: ExtractiveInput,
  facts: Facts,
  minilm: Minilm,
  signal: AbortSignal,
): Promise<Pick<Findings, 'quotes' | 'own' | 'searched'>> {
  const given = facts.passages.filter(({ source }) => source !== 'VISION' || facts.receipts.length === 0);
  const earlier = input.messages.slice(0, input.messages.findLastIndex(({ role }) => role === 'USER'));
  const sources = [
    ...given.map(({ source, text }) => ({ source, text })),
    // The instructions of the application are not for its users to read.
    ...earlier.filter(({ role }) => role === 'USER' || role === 'TOOL').map(({ text }) => ({ source: '', text })),
  ];
  const passages = sources.flatMap(({ source, text }) => splitSentences(text).map((sentence) => ({ source, text: sentence })));
  const near = async (question: string, among: typeof passages): Promise<Findings['quotes']> => {
    const ranked = await rank(question, among, minilm, signal);
    return ranked
      .filter(({ score }) => score >= NEAR)
      .slice(0, MOST_QUOTES)
      .map(({ text, source }) => ({ text, source: source === '' ? null : source }));
  };
  const quotes = passages.length === 0 || asked.trim() === '' ? [] : await near(asked, passages);
  const told = quotes.length > 0 ? null : readTold(asked, concerns, facts);
  if (told === null) return { quotes, own: false, searched: passages.length > 0 };
  const own = await near(told.question, told.sentences.map((text) => ({ source: '', text })));
  return { quotes: own, own: own.length > 0, searched: passages.length > 0 };
}

/** A message that tells something and then asks about it. In a complaint, what is told is the trouble, not the answer. */
function readTold(asked: string, concerns: Concerns, { mood }: Facts): { question: string; sentences: string[] } | null {
  if (concerns.problems.length > 0 || mood === 'NEGATIVE') return null;
  const all = splitSentences(asked);
  const asking = (sentence: string): boolean => concerns.questions.includes(sentence) || concerns.requests.includes(sentence);
  const last = all.findLastIndex(asking);
  const question = all[last];
  const sentences = all.slice(0, Math.max(0, last)).filter((sentence) => !asking(sentence) && !sentence.endsWith('?'));
  return question === undefined || sentences.length === 0 ? null : { question, sentences };
}

/** The item of a receipt that the message is about. */
async function findItem(
  asked: string,
  facts: Facts,
  minilm: Minilm,
  signal: AbortSignal,
): Promise<ReceiptFacts['items'][number] | null> {
  const items = facts.receipts.flatMap((receipt) => receipt.items);
  const sentences = splitSentences(asked).slice(0, 20);
  let best: { item: ReceiptFacts['items'][number]; score: number } | null = null;
  for (const item of items.slice(0, 30)) {
    const [nearest] = await rank(item.description, sentences.map((text) => ({ text, source: '' })), minilm, signal);
    if (nearest !== undefined && nearest.score > (best?.score ?? NEAR)) best = { item, score: nearest.score };
  }
  return best?.item ?? null;
}

/** Cuts at the first stop sequence, and at the last whole word within the tokens. */
function limit(
  text: string,
  { stop, maxTokens }: ExtractiveInput,
  count: (word: string) => number,
): { text: string; finish: ExtractiveAnswer['finish']; tokens: number } {
  const ends = stop.filter((sequence) => sequence !== '').map((sequence) => text.indexOf(sequence)).filter((at) => at >= 0);
  const stopped = text.slice(0, Math.min(text.length, ...ends));
  let tokens = 0;
  let end = 0;
  for (const word of stopped.matchAll(/\s*\S+/gu)) {
    const more = count(word[0]);
    if (maxTokens !== null && tokens + more > maxTokens) return { text: stopped.slice(0, end), finish: 'LENGTH', tokens };
    tokens += more;
    end = word.index + word[0].length;
  }
  return { text: stopped, finish: 'STOP', tokens };
}
