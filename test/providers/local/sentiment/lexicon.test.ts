import { describe, expect, it } from 'vitest';
import { englishPack, germanPack } from '../../../../src/providers/local/sentiment/lexicon/packs.ts';
import { type LexiconPack, weigh } from '../../../../src/providers/local/sentiment/lexicon/valence.ts';

const english = englishPack();
const german = germanPack();
const compound = (text: string, pack: LexiconPack): number => weigh(text, pack).compound;

describe('the English lexicon', () => {
  it.each([
    ['The parcel is good.', 'The parcel is very good.'],
    ['The parcel is good.', 'The parcel is GOOD.'],
    ['The parcel is good.', 'The parcel is good!!!'],
    ['The parcel is not good.', 'The parcel is good.'],
    ["It doesn't work.", 'It works.'],
    ['The parcel is somewhat good.', 'The parcel is good.'],
    ['It was good, but the end was horrible.', 'It was horrible, but the end was good.'],
    ['Great, another week without internet.', 'Great, the internet works.'],
    ['It is bad.', 'It is not bad.'],
    ['Not sure 😡', 'Not sure 😀'],
  ])('weighs "%s" below "%s"', (lower, higher) => {
    expect(compound(lower, english)).toBeLessThan(compound(higher, english));
  });

  it('finds no mood in plain facts', () => {
    expect(weigh('The parcel weighs two kilograms.', english)).toMatchObject({ compound: 0, hits: 0 });
  });

  it('names the package to install when it is missing', () => {
    const missing = (): string => {
      throw new Error('Cannot find package');
    };
    expect(() => englishPack(missing)).toThrowError(expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining('npm install vader-sentiment') }));
  });
});

describe('the German lexicon', () => {
  it.each([
    ['Das ist nicht gut.', 'Das ist gut.'],
    ['Das gefällt mir nicht.', 'Das gefällt mir.'],
    ['Es funktioniert nicht.', 'Es funktioniert.'],
    ['Das ist gut.', 'Das ist wirklich gut.'],
    ['Das ist schlecht.', 'Das ist nicht schlecht.'],
    ['Es gab Probleme.', 'Es gab keine Probleme.'],
    ['Toll, schon wieder eine Woche ohne Internet.', 'Toll, das Internet läuft.'],
    ['Gut, aber die Bedienung war furchtbar.', 'Furchtbar, aber die Bedienung war gut.'],
  ])('weighs "%s" below "%s"', (lower, higher) => {
    expect(compound(lower, german)).toBeLessThan(compound(higher, german));
  });

  it('reads umlauts spelled out as umlauts', () => {
    expect(compound('Ich bin enttaeuscht, das ist aergerlich und haesslich.', german)).toBe(
      compound('Ich bin enttäuscht, das ist ärgerlich und hässlich.', german),
    );
  });
});

describe('an idiom', () => {
  it.each([
    ['It could not be better.', 1],
    ['It could not be worse.', -1],
    ['It was anything but helpful.', -1],
    ['It was anything but boring.', 1],
    ['Thanks for nothing!', -1],
    ['There is nothing to complain about.', 1],
    ['We could not have been happier.', 1],

  ])('of English says what is meant: "%s" %s', (text, sign) => {
    expect(Math.sign(compound(text, english))).toBe(sign);
  });

  it.each([
    ['Es könnte nicht besser sein.', 1],
    ['Es koennte nicht schlechter sein.', -1],
    ['Alles andere als hilfreich.', -1],
    ['Alles andere als langweilig.', 1],
    ['Danke für gar nichts!', -1],
    ['Da kann man nicht meckern.', 1],
    ['Das zweite Gerät war nicht besser.', -1],
  ])('of German says what is meant: "%s" %s', (text, sign) => {
    expect(Math.sign(compound(text, german))).toBe(sign);
  });

  it.each([
    ['The printer could not get another page.', english],
    ['The farm is far from the road.', english],
    ['Der Fehler geht nicht weg.', german],
    ['Das kann man nicht immer so sagen.', german],
  ])('is not seen in "%s"', (text, pack) => {
    expect(weigh(text, pack).idioms).toBe(0);
  });

  it('costs bounded time in any text', () => {
    const started = performance.now();
    for (const text of ['could not '.repeat(5_000), 'besser geht '.repeat(5_000), 'can not have been '.repeat(3_000)]) {
      weigh(text, english);
      weigh(text, german);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('praise and blame on the sides of a "but"', () => {
  it.each([
    ['The view is great, but the bed is horrible.', true],
    ['The bed is bad, but the breakfast is even worse.', false],
    ['I was afraid of the move, but it went wonderfully.', false],
  ])('are seen in "%s": %s', (text, opposed) => {
    expect(weigh(text, english).opposed).toBe(opposed);
  });
});

it('weighs a text of a megabyte in bounded time, by its beginning', () => {
  const start = 'This is great. ';
  expect(compound(start + 'x '.repeat(500_000), english)).toBeCloseTo(compound(start, english), 1);
});
