import type { Concerns } from './concerns.ts';
import type { Facts, ReceiptFacts } from './facts.ts';
import { asksForReceipt } from './receipt-questions.ts';
import { PHRASES, type Phrases, type ReplyLanguage, writeDate, writeMoney } from './phrases.ts';

/** What was found to build a reply on. */
export interface Findings {
  language: ReplyLanguage;
  concerns: Concerns;
  facts: Facts;
  /** The item of a receipt that the message is about, if one is. */
  item: ReceiptFacts['items'][number] | null;
  /** Quotations that answer the message, best first. */
  quotes: { text: string; source: string | null }[];
  /** The quotations are from the message that asks. */
  own: boolean;
  /** There was text to look for an answer in. */
  searched: boolean;
  /** The message is in a language that is not read here: nothing was taken from its words. */
  foreign: boolean;
  /** Pictures in the message that no vision model looked at. */
  unseenPictures: number;
}

/** Writes the reply: paragraphs of fixed phrases around quotations and facts. */
export function writeReply(findings: Findings): string {
  const { language, concerns, facts, quotes } = findings;
  const phrases = PHRASES[language];
  if (findings.foreign) return writeForeign(findings, phrases);
  const complaint = facts.mood === 'NEGATIVE' || facts.mood === 'MIXED' || concerns.problems.length > 0;
  const open = openQuestions(findings);
  const paragraphs = [
    complaint && concerns.problems.length > 0 ? quoteList(phrases.understood, concerns.problems, phrases) : null,
    concerns.requests.length > 0 ? quoteList(phrases.wanted, concerns.requests, phrases) : null,
    concerns.requests.length === 0 && quotes.length === 0 && concerns.questions.length > 0
      ? quoteList(phrases.asked, concerns.questions, phrases)
      : null,
    writePictures(findings, phrases),
    quotes.length > 0 ? writeQuotes(findings, phrases) : null,
    quotes.length === 0 && (complaint || open.length > 0) ? writeNothingFound(findings, complaint, open, phrases) : null,
    facts.receipts.length > 0 && (complaint || open.some((one) => concerns.requests.includes(one))) ? phrases.closing : null,
  ].filter((paragraph) => paragraph !== null);
  const mood = phrases.mood(facts.mood, facts.emotions);
  if (mood !== null) paragraphs.unshift(mood);
  if (paragraphs.length === 0) paragraphs.push(phrases.nothingAsked);
  return [phrases.hello(concerns.name), ...paragraphs].join('\n\n');
}

function writeNothingFound({ searched, facts, concerns }: Findings, complaint: boolean, open: readonly string[], phrases: Phrases): string {
  const wish = complaint || open.some((sentence) => concerns.requests.includes(sentence));
  if (searched || (!wish && facts.receipts.length > 0)) return phrases.foundNothing;
  return wish ? phrases.noSource : phrases.noAnswer;
}

/** What is asked and wanted, less what the receipt answers. */
function openQuestions({ concerns, facts, item }: Findings): string[] {
  return [...concerns.requests, ...concerns.questions].filter((one) => !asksForReceipt(one, facts.receipts, item !== null));
}

function writeForeign(findings: Findings, phrases: Phrases): string {
  const paragraphs = [phrases.hello(null), phrases.foreign, writePictures(findings, phrases)];
  return paragraphs.filter((paragraph) => paragraph !== null).join('\n\n');
}

function quoteList(head: string, sentences: readonly string[], phrases: Phrases): string {
  return [head, ...sentences.map((sentence) => `– ${phrases.quote(sentence)}`)].join('\n');
}

function writePictures({ facts, item, language, unseenPictures }: Findings, phrases: Phrases): string | null {
  const lines = facts.receipts.map((receipt) => writeReceipt(receipt, item, language, phrases));
  if (facts.receipts.length === 0 && facts.pictures > 0 && facts.objects.length === 0) lines.push(phrases.noReceipt);
  if (facts.receipts.length === 0 && facts.objects.length > 0) lines.push(phrases.objects(facts.objects.slice(0, 6).join(', ')));
  if (unseenPictures > 0) lines.push(phrases.notLooked);
  return lines.length > 0 ? lines.join('\n') : null;
}

function writeReceipt(receipt: ReceiptFacts, item: Findings['item'], language: ReplyLanguage, phrases: Phrases): string {
  const money = (amount: number | null): string | null =>
    amount === null ? null : writeMoney(amount, receipt.currency, language);
  const { merchant, date, total } = receipt;
  const missing = (['merchant', 'date', 'total'] as const).filter((field) => receipt[field] === null);
  const sentences: string[] = [];
  if (missing.length < 3) {
    sentences.push(phrases.receipt({ merchant, date: date === null ? null : writeDate(date, language), total: money(total) }));
  }
  if (item !== null && receipt.items.includes(item)) sentences.push(phrases.item(item.description, money(item.amount)));
  else if (receipt.items.length > 0) {
    sentences.push(phrases.items(enumerate(receipt.items.slice(0, 4).map(({ description }) => description), phrases.and)));
  }
  if (missing.length > 0) sentences.push(phrases.unreadable(missing.map((field) => phrases.missing[field])));
  return sentences.join(' ');
}

function writeQuotes({ quotes, own }: Findings, phrases: Phrases): string {
  const before = quotes.every(({ source }) => source === null);
  const lines = quotes.map(({ text, source }) =>
    source === null ? `– ${phrases.quote(text)}` : `– ${phrases.quote(text)} (${phrases.foundIn(source)})`,
  );
  const head = own ? phrases.foundInMessage : before ? phrases.foundBefore : phrases.found;
  return [head, ...lines].join('\n');
}

function enumerate(items: readonly string[], and: string): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${and} ${items.at(-1) ?? ''}`;
}
