import { describe, expect, it } from 'vitest';
import { chooseLanguage, detectLanguage } from '../../../../src/providers/local/sentiment/language.ts';

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
});
