import type { ReceiptFacts } from './facts.ts';

/** What a receipt can be asked for, by words that name it. */
const NAMED: Record<'merchant' | 'date' | 'total' | 'currency' | 'items', RegExp> = {
  merchant: /\b(?:shop|store|merchant|seller|retailer|supermarket|gesch[äa]e?ft|laden|h[äa]e?ndler|firma|supermarkt)\b/iu,
  date: /\b(?:date|dated|day|datum|tag)\b/iu,
  total: /\b(?:totals?|sum|amount|gesamt\p{L}*|summe|betrag|endbetrag|rechnungsbetrag)(?!\p{L})/iu,
  currency: /\b(?:currency|w[äa]e?hrung)\b/iu,
  items: /\b(?:items?|articles?|products?|things|artikel|posten|produkte?|sachen)\b/iu,
};
/** Words that ask for the same where the receipt or the purchase is what they are about. */
const ASKED: typeof NAMED = {
  merchant: /\b(?:where|who|whom|wo|woher|wer|wem)\b/iu,
  date: /\b(?:when|how old|wann|wie alt)\b/iu,
  total: /\b(?:how much|cost|costs|pay|paid|wie ?viel|kostet\p{L}*|bezahl\p{L}*|gezahlt)(?!\p{L})/iu,
  currency: /\b(?:euros?|dollars?|pounds?)\b/iu,
  items: /\b(?:what (?:did|was|were|have|is on)|list|was (?:habe|haben|wurde|steht|ist))\b/iu,
};
const PURCHASE =
  /(?<!\p{L})(?:receipts?|bills?|invoices?|slips?|purchase\p{L}*|bought|buy|paid|pay|shopping|(?:kassen)?(?:bons?|zettel)|(?:kassen|einkaufs)?belege?s?|quittung\p{L}*|rechnung|gekauft|einkauf\p{L}*|bezahlt|gezahlt)(?!\p{L})/iu;
/** What is wanted is an act, of which the receipt says nothing. */
const ACT = /\b(?:refund|money back|return|exchange|replace\p{L}*|erstatt\p{L}*|zur[üu]e?ck\p{L}*|umtausch\p{L}*|ersatz)\b/iu;

/**
 * Tells whether a sentence asks for what is read from a receipt. The reply tells all of it, and names what could not
 * be read.
 * @param item the message is about an item of the receipt
 */
export function asksForReceipt(sentence: string, receipts: readonly ReceiptFacts[], item: boolean): boolean {
  if (receipts.length === 0 || ACT.test(sentence)) return false;
  const about = PURCHASE.test(sentence);
  if (item && ASKED.total.test(sentence)) return true;
  return (['merchant', 'date', 'total', 'currency', 'items'] as const).some((field) => {
    // Without items or a currency, nothing is said of them.
    if (field === 'items' && receipts.every(({ items }) => items.length === 0)) return false;
    if (field === 'currency' && receipts.every(({ currency }) => currency === null)) return false;
    return NAMED[field].test(sentence) || (about && ASKED[field].test(sentence));
  });
}
