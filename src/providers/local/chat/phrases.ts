import type { EmotionName } from '../../../canonical/results.ts';

export type ReplyLanguage = 'en' | 'de';

/** What a reply is put together from, in one language. */
export interface Phrases {
  hello: (name: string | null) => string;
  mood: (mood: string | null, emotions: readonly EmotionName[]) => string | null;
  understood: string;
  wanted: string;
  asked: string;
  receipt: (parts: { merchant: string | null; date: string | null; total: string | null }) => string;
  item: (description: string, amount: string | null) => string;
  items: (list: string) => string;
  unreadable: (missing: readonly string[]) => string;
  missing: { merchant: string; date: string; total: string };
  noReceipt: string;
  notLooked: string;
  objects: (list: string) => string;
  found: string;
  foundIn: (source: string) => string;
  foundBefore: string;
  foundInMessage: string;
  foundNothing: string;
  /** To a message in another language; in both of ours, as either may be read by who wrote it. */
  foreign: string;
  /** About a complaint or a wish, when there is nothing to go by. */
  noSource: string;
  /** About a question, when there is nothing to look it up in. */
  noAnswer: string;
  nothingAsked: string;
  quote: (text: string) => string;
  closing: string;
  and: string;
}

const FOREIGN =
  'I read English and German only, and could not read this message. Please write in one of them.\nIch lese nur Deutsch und Englisch und konnte diese Nachricht nicht lesen. Bitte schreiben Sie in einer der beiden Sprachen.';

const ENGLISH: Phrases = {
  hello: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  mood: (mood, emotions) => {
    if (mood === 'NEGATIVE') {
      if (emotions.includes('FEAR')) return 'I can see that this worries you, and I am sorry that you have to deal with it.';
      if (emotions.includes('SADNESS')) return 'I am very sorry; I can see that this has hit you hard.';
      if (emotions.some((name) => name === 'ANGER' || name === 'FRUSTRATION')) {
        return 'I am sorry. You have every reason to be upset about this, and it should not have taken so much of your time.';
      }
      return 'I am sorry that this has been such a disappointment.';
    }
    if (mood === 'MIXED') return 'Thank you for telling us both what was good and what was not.';
    if (mood === 'POSITIVE') return emotions.includes('GRATITUDE') ? 'You are very welcome, and thank you for your kind words.' : 'Thank you, it is good to hear that.';
    return mood === 'NEUTRAL' ? 'Thank you for your message.' : null;
  },
  understood: 'This is what I take from your message:',
  wanted: 'You ask for the following:',
  asked: 'You ask:',
  receipt: ({ merchant, date, total }) =>
    `The attached receipt${merchant === null ? '' : ` is from ${merchant}`}${date === null ? '' : `${merchant === null ? ' is' : ','} dated ${date}`}${total === null ? '' : `${merchant === null && date === null ? '' : ', and'} comes to ${total}`}.`,
  item: (description, amount) => `It lists what you write about: ${description}${amount === null ? '' : `, ${amount}`}.`,
  items: (list) => `It lists ${list}.`,
  unreadable: (missing) => `I could not read ${missing.join(' or ')} on it.`,
  missing: { merchant: 'the name of the shop', date: 'the date', total: 'the total' },
  noReceipt: 'I could not read a receipt in the attached picture.',
  notLooked: 'I have not looked at the attached picture.',
  objects: (list) => `In the picture I can make out: ${list}.`,
  found: 'This is what fits your question best:',
  foundIn: (source) => `from ${source}`,
  foundBefore: 'Earlier in this conversation it says:',
  foundInMessage: 'Your message says:',
  foreign: FOREIGN,
  foundNothing: 'In what I was given I found nothing that answers this.',
  noSource: 'I was given no terms or instructions to draw on, so I cannot say how this will be settled; a colleague has to decide that.',
  noAnswer: 'I was given nothing to look this up in, so I cannot answer it.',
  nothingAsked: 'What can I look up for you? I answer from the texts and pictures that come with a question.',
  quote: (text) => `“${text}”`,
  closing: 'I have put this together from your own words and what was attached. Please keep the original until the matter is settled.',
  and: 'and',
};

const GERMAN: Phrases = {
  hello: (name) => (name === null ? 'Guten Tag,' : `Guten Tag ${name},`),
  mood: (mood, emotions) => {
    if (mood === 'NEGATIVE') {
      if (emotions.includes('FEAR')) return 'ich sehe, dass Ihnen das Sorgen macht, und es tut mir leid, dass Sie sich damit befassen müssen.';
      if (emotions.includes('SADNESS')) return 'das tut mir sehr leid; ich sehe, wie sehr Sie das trifft.';
      if (emotions.some((name) => name === 'ANGER' || name === 'FRUSTRATION')) {
        return 'das tut mir leid. Ihr Ärger ist verständlich, und es hätte Sie nicht so viel Zeit kosten dürfen.';
      }
      return 'es tut mir leid, dass Sie so enttäuscht wurden.';
    }
    if (mood === 'MIXED') return 'danke, dass Sie beides schreiben: was gut war und was nicht.';
    if (mood === 'POSITIVE') return emotions.includes('GRATITUDE') ? 'sehr gern geschehen, und danke für Ihre freundlichen Worte.' : 'danke, das freut uns.';
    return mood === 'NEUTRAL' ? 'danke für Ihre Nachricht.' : null;
  },
  understood: 'Das entnehme ich Ihrer Nachricht:',
  wanted: 'Darum bitten Sie:',
  asked: 'Sie fragen:',
  receipt: ({ merchant, date, total }) =>
    `Der angehängte Beleg${merchant === null ? '' : ` ist von ${merchant}`}${date === null ? '' : `${merchant === null ? ' ist' : ','} vom ${date}`}${total === null ? '' : `${merchant === null && date === null ? '' : ', und'} lautet auf ${total}`}.`,
  item: (description, amount) => `Darauf steht, worum es Ihnen geht: ${description}${amount === null ? '' : `, ${amount}`}.`,
  items: (list) => `Darauf stehen ${list}.`,
  unreadable: (missing) => `Darauf konnte ich ${missing.join(' und ')} nicht lesen.`,
  missing: { merchant: 'den Namen des Geschäfts', date: 'das Datum', total: 'den Betrag' },
  noReceipt: 'Im angehängten Bild konnte ich keinen Beleg lesen.',
  notLooked: 'Das angehängte Bild habe ich nicht angesehen.',
  objects: (list) => `Auf dem Bild erkenne ich: ${list}.`,
  found: 'Das passt am besten zu Ihrer Frage:',
  foundIn: (source) => `aus ${source}`,
  foundBefore: 'Weiter oben in diesem Gespräch steht:',
  foundInMessage: 'In Ihrer Nachricht steht:',
  foreign: FOREIGN,
  foundNothing: 'In dem, was mir vorliegt, habe ich nichts gefunden, was das beantwortet.',
  noSource: 'Mir liegen keine Bedingungen oder Anweisungen vor, auf die ich mich stützen könnte; wie es weitergeht, muss eine Kollegin oder ein Kollege entscheiden.',
  noAnswer: 'Mir liegt nichts vor, worin ich das nachsehen könnte; beantworten kann ich es daher nicht.',
  nothingAsked: 'Was darf ich für Sie nachsehen? Ich antworte aus den Texten und Bildern, die zu einer Frage gehören.',
  quote: (text) => `„${text}“`,
  closing: 'Das habe ich aus Ihren eigenen Worten und dem Anhang zusammengestellt. Bitte heben Sie das Original auf, bis alles geklärt ist.',
  and: 'und',
};

export const PHRASES: Record<ReplyLanguage, Phrases> = { en: ENGLISH, de: GERMAN };

/** A sum of money as the language writes it; without a known currency, the bare number. */
export function writeMoney(amount: number, currency: string | null, language: ReplyLanguage): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  if (currency !== null && /^[A-Z]{3}$/.test(currency)) {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
  }
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
}

/** An ISO 8601 date in words; what is none stays as it is. */
export function writeDate(date: string, language: ReplyLanguage): string {
  const at = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}
