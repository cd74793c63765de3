import { z } from 'zod';
import type { Finding, GuardContext, Place, Replacement } from './guardrail.ts';

const MOST_BYTES = 4 * 1024 ** 2;

const verdict = z.object({
  verdict: z.enum(['allow', 'flag', 'block', 'rewrite']),
  /** Shown to the caller; letters that could forge a log line are refused. */
  reason: z.string().regex(/^[^\p{Cc}]{1,200}$/u).optional(),
  texts: z.array(z.string()).optional(),
});

/**
 * Asks a service of the operator by POST: `{ place, operation, model, app, texts }`, and takes its verdict. What is
 * masked by the policy is masked here too.
 * @throws whatever goes wrong: no answer in time, another status than 200, an answer that is no verdict
 */
export function askWebhook(url: string, headers: Readonly<Record<string, string>>, timeoutMs: number): (texts: readonly string[], place: Place, context: GuardContext) => Promise<Finding | Replacement | null> {
  return async (texts, place, { operation, model, app, signal }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ place, operation, model, app, texts }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`The guardrail answered with status ${response.status}.`);
    }
    const answer = verdict.parse(JSON.parse(await readBounded(response)));
    const reason = answer.reason ?? 'an external guardrail says so';
    if (answer.verdict === 'allow') return null;
    if (answer.verdict !== 'rewrite') return { reason, spans: [], flagOnly: answer.verdict === 'flag' };
    if (answer.texts?.length !== texts.length) throw new Error('The guardrail rewrote another number of texts than it was given.');
    return { reason, texts: answer.texts };
  };
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error('The guardrail answered with too much.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
