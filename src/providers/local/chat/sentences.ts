/** Ends of sentences that are none: short forms before a full stop. */
const SHORT_FORMS = /\b(?:\p{L}|mr|mrs|ms|dr|st|no|nr|ca|etc|vs|e\.g|i\.e|bzw|str|tel|abs|art|evtl|ggf|inkl|usw|z\.b|d\.h)\.$/iu;
const LONGEST = 400;

/** Splits a text into sentences and lines, without empty ones. What is longer than 400 characters is shortened. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    let sentence = '';
    for (const part of line.split(/(?<=[.!?…]["”’)]?)\s+/u)) {
      sentence = sentence === '' ? part : `${sentence} ${part}`;
      if (SHORT_FORMS.test(sentence)) continue;
      sentences.push(sentence);
      sentence = '';
    }
    if (sentence !== '') sentences.push(sentence);
  }
  return sentences.map((sentence) => shorten(sentence.trim())).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function shorten(sentence: string): string {
  if (sentence.length <= LONGEST) return sentence;
  return `${sentence.slice(0, LONGEST).replace(/\s+\S*$/u, '')} …`;
}
