import { describe, expect, it } from 'vitest';
import { lazyPacks } from '../../../../src/providers/local/sentiment/lexicon/packs.ts';
import { chooseLanguage, detectLanguage, isForeign } from '../../../../src/providers/local/sentiment/language.ts';

describe('the language of a text', () => {
  it.each([
    ['Where is my parcel?', 'en'],
    ['Thank you!', 'en'],
    ['The blender broke after two days and nobody answers.', 'en'],
    ['Wo ist mein Paket?', 'de'],
    ['Danke!', 'de'],
    ['Schlechte Qualität', 'de'],
    ['Der Mixer ist nach zwei Tagen kaputt und niemand antwortet.', 'de'],
    ['', 'und'],
    ['12345 !!!', 'und'],
    ['Je voudrais savoir où se trouve mon colis, merci beaucoup.', 'und'],
  ])('of "%s" is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it('is what the caller says, where it is one of ours', () => {
    expect(chooseLanguage('OK', 'de-AT')).toBe('de');
    expect(chooseLanguage('Wo ist mein Paket?', 'fr')).toBe('de');
  });

  it.each([
    ['nice', 'en'],
    ['so happy', 'en'],
    ['furchtbar', 'de'],
    ['kaputt', 'de'],
  ])('of the few words "%s" is told by the lexicons: %s', (text, language) => {
    expect(detectLanguage(text, lazyPacks())).toBe(language);
  });

  it.each([
    ['Mon grille-pain est tombé en panne après deux jours.', true],
    ['Где моя посылка?', true],
    ['The toaster broke after two days.', false],
    ['Der Toaster ist kaputt.', false],
    ['4711', false],
    ['hm', false],
  ])('of "%s" is foreign: %s', (text, foreign) => {
    expect(isForeign(text, detectLanguage(text, lazyPacks()))).toBe(foreign);
  });
});
