/**
 * What masking finds of names that no list of ours has: two words a person, from faker's other languages, in the
 * documents of the evaluation: `node bench/masking/rare.ts [practice]`. Tune on `practice` alone: other languages, other
 * documents.
 */
import { az, base, cs_CZ, cy, en, eo, Faker, fi, hr, hu, id_ID, lv, pl, pt_BR, ro, sk, sv, tr, uz_UZ_latin, yo_NG, zu_ZA } from '@faker-js/faker';
import { lexicon } from '../../src/policy/masking/person/lexicon.ts';
import { evaluate, tableOf } from '../../test/policy/masking/documents/evaluate.ts';
import { EVALUATION } from '../../test/policy/masking/documents/evaluation.ts';
import { assemble, sourceOf, type Slot, type Template } from '../../test/policy/masking/documents/pieces.ts';
import { PRACTICE } from '../../test/policy/masking/documents/practice.ts';
import { SECOND } from '../../test/policy/masking/documents/second.ts';

const ROUNDS = 25;
const NAMES_EACH = 150;
const practice = process.argv[2] === 'practice';
const locales = practice ? [hu, ro, lv, id_ID, yo_NG, cs_CZ, az, cy] : [fi, hr, sk, tr, zu_ZA, uz_UZ_latin, pl, pt_BR, sv, eo];

const { given, family, ordinary } = lexicon();
const isRare = (name: string): boolean => /^\p{Lu}[\p{L}'-]+$/u.test(name) && /\p{Script=Latin}/u.test(name) && [given, family, ordinary].every((list) => !list.has(name.toLowerCase()));

const names = locales.flatMap((locale) => {
  const faker = new Faker({ locale: [locale, en, base] });
  faker.seed(7);
  const pairs = Array.from({ length: 6_000 }, () => [faker.person.firstName(), faker.person.lastName()] as const).filter(([first, last]) => isRare(first) && isRare(last));
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()].slice(0, NAMES_EACH);
});

for (const [name, templates] of Object.entries(practice ? { PRACTICE } : { EVALUATION, SECOND })) {
  const documents = (['en', 'de'] as const).flatMap((language) => Object.entries(templates[language]).flatMap(([title, template], index) => documentsOf(title, template, language, index)));
  const table = tableOf(evaluate(documents));
  console.log(`${name}: ${names.length} names, ${documents.length} documents\n${table.split('\n').filter((line) => /kind|---|PERSON/.test(line)).join('\n')}`);
}

function documentsOf(title: string, template: Template, language: 'en' | 'de', index: number) {
  let next = index * 37;
  const pick = (): readonly [string, string] => names[(next++ * 7_919) % names.length] ?? ['', ''];
  const slot = (text: string): Slot => ({ kind: 'PERSON', text });
  const source = { ...sourceOf(language, 5_000 + index), person: () => slot(pick().join(' ')), given: () => slot(pick()[0]), family: () => slot(pick()[1]) };
  return Array.from({ length: ROUNDS }, () => assemble(`${language} ${title}`, template(source)));
}
