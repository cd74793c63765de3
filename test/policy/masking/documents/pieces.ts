import { base, de, en, Faker } from '@faker-js/faker';

/** What a document holds, and where. */
export interface Entity {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface Document {
  readonly template: string;
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** A value in a template. */
export interface Slot {
  readonly kind: string;
  readonly text: string;
}

export type Language = 'en' | 'de';

/** What templates are filled with: values by kind, and noise that is none of them. */
export interface Source {
  readonly faker: Faker;
  readonly language: Language;
  pick<T>(...items: readonly T[]): T;
  /** Given and family name. */
  person(): Slot;
  given(): Slot;
  family(): Slot;
  email(): Slot;
  phone(): Slot;
  card(): Slot;
  /** As a scan shows it: in groups, sometimes over two lines. */
  scannedCard(): Slot;
  iban(): Slot;
  ip(): Slot;
  key(): Slot;
  city(): string;
  product(): string;
  date(): string;
  amount(): string;
  id(): string;
}

export type Template = (source: Source) => readonly (string | Slot)[];

/** `t\`Hello ${s.person()}, ...\`` */
export function t(strings: TemplateStringsArray, ...values: readonly (string | Slot)[]): (string | Slot)[] {
  return strings.flatMap((string, index) => [string, ...(index < values.length ? [values[index] ?? ''] : [])]);
}

export function assemble(template: string, pieces: readonly (string | Slot)[]): Document {
  let text = '';
  const entities: Entity[] = [];
  for (const piece of pieces) {
    const start = text.length;
    text += typeof piece === 'string' ? piece : piece.text;
    if (typeof piece !== 'string') entities.push({ kind: piece.kind, start, end: text.length });
  }
  return { template, text, entities };
}

// Written by hand, so that not all names come from where the other half does.
const OTHER_NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: 'Harriet Ashworth|Desmond Okafor|Priya Venkataraman|Callum Fairweather|Beatriz Quintero|Siobhan Gallagher|Wei Zhang|Tobias Lindqvist|Marguerite Delacroix|Olumide Adeyemi|Fiona MacLeod|Rashid Karimi|Eleanor Whitcombe|Hiroshi Tanaka|Gwendolyn Pryce|Matteo Bianchi|Imogen Thistlewood|Kwame Mensah|Sunita Rao|Declan Fitzgerald|Rosalind Hargreaves|Terrence Blackwood|Yusuf Demir|Annika Sorensen|Leroy Washington|Dolores Ramirez|Nigel Pemberton|Chloe Beaumont|Amara Nwosu|Vikram Chatterjee'.split('|'),
  de: 'Annegret Hülsmann|Detlef Kruschinski|Ayşe Yıldırım|Korbinian Huber|Wiebke Petersen|Thorsten Grabowski|Mehmet Özdemir|Friederike von Bülow|Jürgen Stöckl|Svetlana Petrova|Hannelore Zimmermann|Benedikt Obermaier|Katarzyna Wiśniewska|Sönke Carstens|Giulia Moretti|Rüdiger Pfeiffer|Gesine Brinkmann|Ahmed El-Sayed|Ulrike Steinhauer|Burkhard Lohmeyer|Heidrun Vogelsang|Ivana Horvat|Jochen Kühnel|Liselotte Baumgärtner|Nguyen Minh Anh|Dragan Jovanović|Elfriede Sauerbier|Matthias Ackermann|Zeynep Aydın|Volkmar Dietze'.split('|'),
};

const ISSUERS = ['visa', 'mastercard', 'discover', 'american_express', 'diners_club', 'jcb', 'maestro'] as const;
const IBAN_COUNTRIES = ['DE', 'AT', 'CH', 'GB', 'FR', 'ES', 'IT', 'NL', 'BE', 'PL', 'SE', 'PT', 'LU', 'IE', 'DK'] as const;

export function sourceOf(language: Language, seed: number): Source {
  const faker = new Faker({ locale: language === 'de' ? [de, en, base] : [en, base] });
  faker.seed(seed);
  const pick = <T>(...items: readonly T[]): T => faker.helpers.arrayElement([...items]);
  const slot = (kind: string, text: string): Slot => ({ kind, text });
  const random = (characters: string, length: number): string => faker.string.fromCharacters(characters, length);
  const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const card = (): string => faker.finance.creditCardNumber({ issuer: pick(...ISSUERS) });
  const name = (): [string, string] => {
    if (faker.number.float() >= 0.3) return [faker.person.firstName(), faker.person.lastName()];
    const [given = '', ...family] = pick(...OTHER_NAMES[language]).split(' ');
    return [given, family.join(' ')];
  };
  return {
    faker,
    language,
    pick,
    person: () => slot('PERSON', name().join(' ')),
    given: () => slot('PERSON', name()[0]),
    family: () => slot('PERSON', name()[1]),
    email: () => {
      const plain = faker.internet.email();
      const [local = '', domain = ''] = plain.split('@');
      return slot('EMAIL', pick(plain, plain, plain.toLowerCase(), `${local}+${faker.word.noun()}@${domain}`, `${local.toLowerCase()}@mail.${faker.internet.domainName()}`, `${local}@bücher-${faker.string.alpha(4).toLowerCase()}.de`));
    },
    phone: () => slot('PHONE', faker.phone.number({ style: pick('human', 'national', 'international') })),
    card: () => slot('CARD', pick(card(), card().replaceAll('-', ' '), card().replaceAll('-', ''))),
    scannedCard: () => {
      const groups = faker.finance.creditCardNumber({ issuer: 'mastercard' }).replaceAll('-', '').match(/\d{4}/g) ?? [];
      return slot('CARD', pick(groups.join(' '), groups.join('  '), `${groups.slice(0, 2).join(' ')}\n${groups.slice(2).join(' ')}`));
    },
    iban: () => slot('IBAN', faker.finance.iban({ formatted: faker.datatype.boolean(), countryCode: pick(...IBAN_COUNTRIES) })),
    ip: () => slot('IP', pick(faker.internet.ipv4(), faker.internet.ipv4(), faker.internet.ipv6(), faker.internet.ipv6().replace(/(?::[0-9a-f]{4}){3}$/, '::'))),
    key: () =>
      slot(
        'API_KEY',
        pick(
          `sk-${random(ALNUM, 48)}`,
          `sk-ant-api03-${random(`${ALNUM}_-`, 80)}A`,
          `AKIA${random('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
          `ghp_${random(ALNUM, 36)}`,
          `xoxb-${random('0123456789', 12)}-${random('0123456789', 12)}-${random(ALNUM, 24)}`,
          `AIza${random(ALNUM, 35)}`,
          `sk_live_${random(ALNUM, 24)}`,
          `glpat-${random(ALNUM, 20)}`,
          `hf_${random(ALNUM, 34)}`,
          faker.internet.jwt(),
        ),
      ),
    city: () => faker.location.city(),
    product: () => faker.commerce.productName(),
    date: () => faker.date.recent({ days: 300 }).toISOString().slice(0, 10),
    amount: () => faker.commerce.price({ min: 3, max: 900 }),
    id: () => faker.string.alphanumeric({ length: 9, casing: 'upper' }),
  };
}
