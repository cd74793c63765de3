import { passesLuhn } from './card.ts';
import { passesElevenProof, passesIso7064Mod11_10, passesEan13, weighted } from './check-digits.ts';

/** One country's number: how it is written, its check over the number without gaps, and the words it may need. */
export interface NationalId {
  readonly name: string;
  /** The whole match, or its group `id`, is the number. */
  readonly pattern: RegExp;
  readonly check: (compact: string) => boolean;
  /** Where the form alone says too little, one of these must stand before it. */
  readonly context?: RegExp;
  /** A cheap look at the whole text for `context`. */
  readonly gate?: RegExp;
}

const always = (): boolean => true;

export const NATIONAL_IDS: readonly NationalId[] = [
  {
    // Social Security Administration, "SSN randomization": no area 000, 666, 9xx; no group 00; no serial 0000.
    name: 'US SSN',
    pattern: /(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/g,
    check: always,
  },
  {
    name: 'US SSN without dashes',
    pattern: /(?<!\d)(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}(?!\d)/g,
    check: always,
    context: /\b(?:ssn|social[ _-]?security)\b/i,
    gate: /ssn|social/i,
  },
  {
    // IRS: individual taxpayer numbers.
    name: 'US ITIN',
    pattern: /(?<![\d-])9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}(?![\d-])/g,
    check: always,
  },
  {
    // Bundeszentralamt für Steuern: ISO 7064 MOD 11,10; among the first ten digits one is there twice or three times.
    name: 'DE Steuer-ID',
    pattern: /(?<!\d)[1-9]\d(?:[ ]?\d{3}){3}(?!\d)/g,
    check: (id) => isSteuerIdShaped(id) && passesIso7064Mod11_10(id),
  },
  {
    // Deutsche Rentenversicherung, VKVV § 2: area, birth date, letter, serial, check digit.
    name: 'DE Sozialversicherungsnummer',
    pattern: /(?<![A-Za-z\d])\d{2}[ ]?(?:[0-3]\d|[4-7]\d)[ ]?[01]\d[ ]?\d{2}[ ]?[A-Za-z][ ]?\d{2}[ ]?\d(?![A-Za-z\d])/g,
    check: isGermanSocialInsurance,
  },
  {
    // HMRC NIM39110.
    name: 'UK NINO',
    pattern: /(?<![A-Za-z\d])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z\d])/g,
    check: always,
  },
  {
    // NHS Data Dictionary: modulus 11.
    name: 'UK NHS number',
    pattern: /(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g,
    check: (id) => (11 - (weighted(id.slice(0, 9), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(id[9]),
    context: /\bNHS\b/i,
    gate: /nhs/i,
  },
  {
    // INSEE: key = 97 - n mod 97, Corsica 2A/2B as 19/18.
    name: 'FR NIR',
    pattern: /(?<![A-Za-z\d])[1278] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![A-Za-z\d])/g,
    check: (id) => {
      const number = Number(id.slice(0, 13).replace('2A', '19').replace('2B', '18'));
      return 97 - (number % 97) === Number(id.slice(13));
    },
  },
  {
    // Ministerio del Interior: letter = number mod 23.
    name: 'ES DNI, NIE',
    pattern: /(?<![A-Za-z\d])(?:\d{8}|[XYZ][- ]?\d{7})[- ]?[A-HJ-NP-TV-Z](?![A-Za-z\d])/g,
    check: (id) => {
      const number = Number(id.slice(0, -1).replace('X', '0').replace('Y', '1').replace('Z', '2'));
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === id.at(-1);
    },
  },
  {
    // Agenzia delle Entrate, D.M. 345/1976.
    name: 'IT codice fiscale',
    pattern: /(?<![A-Za-z\d])[A-Za-z]{6} ?\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2} ?[A-Za-z]\d{3}[A-Za-z](?![A-Za-z\d])/g,
    check: isCodiceFiscale,
  },
  {
    // Rijksdienst voor Identiteitsgegevens: 11-proof.
    name: 'NL BSN',
    pattern: /(?<!\d)\d{4}[. ]?\d{2}[. ]?\d{3}(?!\d)/g,
    check: passesElevenProof,
    context: /\b(?:bsn|burgerservice|sofi)/i,
    gate: /bsn|burgerservice|sofi/i,
  },
  {
    // Ustawa o ewidencji ludności: weights 1 3 7 9, and a birth date.
    name: 'PL PESEL',
    pattern: /(?<!\d)\d{2}(?:[02468][1-9]|[13579][0-2])[0-3]\d{6}(?!\d)/g,
    check: (id) => (10 - (weighted(id.slice(0, 10), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(id[10]),
    context: /pesel/i,
    gate: /pesel/i,
  },
  {
    // Zentrale Ausgleichsstelle: EAN-13 check digit.
    name: 'CH AHV',
    pattern: /(?<!\d)756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?!\d)/g,
    check: passesEan13,
  },
  {
    // Dachverband der Sozialversicherungsträger: weights 3 7 9 _ 5 8 4 2 1 6, mod 11 at the fourth place.
    name: 'AT SVNR',
    pattern: /(?<!\d)[1-9]\d{3}[ -]?(?:[0-2]\d|3[01])(?:0[1-9]|1[0-5])\d{2}(?!\d)/g,
    check: (id) => weighted(id, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(id[3]),
    context: /\b(?:svnr|sv-?nr|sv-?nummer|sozialvers\w{0,20}|versicherungsn\w{0,10})/i,
    gate: /sv|vers/i,
  },
  {
    // Skatteverket: Luhn over the ten digits.
    name: 'SE personnummer',
    pattern: /(?<!\d)(?:19|20)?(?<id>\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[-+]\d{4})(?!\d)/g,
    check: passesLuhn,
  },
  {
    // Passports, identity cards, driving licences and tax numbers have no common check: by their words alone.
    name: 'document number by its word',
    pattern:
      /(?<![\p{L}])(?:passport|reisepass|personalausweis|ausweis|führerschein|driver'?s? licen[cs]e|driving licen[cs]e|id card|tax id|steuernummer|steuer-?nr|tin)[ -]?(?:number|nummer|nr|no|num)?\.?[ ]?(?:is|ist|lautet|:|#|=)?[ ]{0,2}(?<id>(?=[A-Z\d/ -]{0,12}\d)[A-Z\d](?:[ /-]?[A-Z\d]){5,14})(?![A-Za-z\d])/giu,
    check: (id) => (id.match(/\d/g)?.length ?? 0) >= 4,
  },
];

function isSteuerIdShaped(id: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3;
}

function isGermanSocialInsurance(id: string): boolean {
  const letter = id.charCodeAt(8) - 64;
  const digits = id.slice(0, 8) + String(letter).padStart(2, '0') + id.slice(9, 11);
  let sum = 0;
  for (const [index, weight] of [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].entries()) {
    const product = weight * Number(digits[index]);
    sum += Math.floor(product / 10) + (product % 10);
  }
  return sum % 10 === Number(id[11]);
}

const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

function isCodiceFiscale(id: string): boolean {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const code = id.charCodeAt(index);
    const value = code >= 65 ? code - 65 : code - 48;
    sum += index % 2 === 0 ? (ODD_VALUES[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}
