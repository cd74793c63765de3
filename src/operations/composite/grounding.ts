import type { GroundingText } from '../../canonical/chat.ts';
import type { SentimentAnswer } from '../sentiment.ts';
import type { VisionAnswer } from '../vision.ts';

/** What the pictures say, for a reply to be built on. @param answers of all pictures; undefined where one failed */
export function groundOnVision(answers: readonly (VisionAnswer | undefined)[]): GroundingText[] {
  return answers.flatMap((answer, index) => {
    if (answer === undefined) return [];
    const parts = [`Picture ${index + 1} of ${answers.length}.`];
    if (answer.description !== null) parts.push(`It shows: ${answer.description}`);
    const { document } = answer;
    if (document !== null) {
      const fields = {
        merchant: document.merchant,
        date: document.date,
        total: document.total,
        currency: document.currency,
      };
      parts.push(`It is a receipt or an invoice: ${JSON.stringify(fields)}`);
      for (const item of document.items) parts.push(`Item: ${JSON.stringify(item)}`);
    }
    const objects = [...new Set(answer.objects.map((object) => object.label))];
    if (objects.length > 0) parts.push(`Things in it: ${objects.join(', ')}.`);
    if (answer.text !== '') parts.push(`Text in it:\n${answer.text}`);
    return [{ source: 'VISION', text: parts.join('\n') }];
  });
}

/** How the message feels, for a reply to be built on. */
export function groundOnSentiment(answer: SentimentAnswer): GroundingText[] {
  const emotions = answer.emotions.slice(0, 3).map((emotion) => emotion.name.toLowerCase());
  const feels = emotions.length > 0 ? `; emotions: ${emotions.join(', ')}` : '';
  const text = `The message feels ${answer.label.toLowerCase()} (score ${answer.score.toFixed(2)} of -1 to 1, confidence ${answer.confidence.toFixed(2)})${feels}.`;
  return [{ source: 'SENTIMENT', text }];
}
