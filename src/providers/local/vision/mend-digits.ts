const DIGIT_OF: Record<string, string> = { l: '1', I: '1', '|': '1', O: '0', o: '0' };

/**
 * Puts right single letters that were read for digits within a number: `411l 1111 1111` and `400OO`. A number of
 * four or more characters is touched when a digit stands behind the letter, when the letter is an O, or when the next
 * number is as long: `1000l` stays litres.
 */
export function mendDigits(text: string): string {
  const words = text.split(' ');
  return words
    .map((word, index) => {
      if (!/^[\dlI|Oo]{4,}$/.test(word) || (word.match(/\d/g)?.length ?? 0) * 2 < word.length) return word;
      const grouped = [words[index - 1], words[index + 1]].some((other) => other?.length === word.length && /\d{3}/.test(other));
      const wrong = grouped ? /[lI|Oo]/g : /[lI|](?=[\dlI|Oo]*\d)|O/g;
      return word.replace(wrong, (letter) => DIGIT_OF[letter] ?? letter);
    })
    .join(' ');
}
