import { APIError, OpenAI } from 'openai';
import { ADMIN_KEY, type TestGateway } from '../../harness/gateway.ts';
import type { Told, ToldMeta } from './stage.ts';

const LAST = `{ calls(first: 1) { edges { node {
  provider targetModel usage { input output reported } cost { usd }
  attempts { provider outcome durationMs reason usage { input output reported } cost { usd } }
} } } }`;
const REASONS: Record<string, string> = { stop: 'STOP', length: 'LENGTH', tool_calls: 'TOOL_CALLS', content_filter: 'CONTENT_FILTER' };

/** Asks through OpenAI's SDK; how the answer came about is what the ledger says. */
export async function askByOpenAI(gateway: TestGateway, model: string, stream: boolean): Promise<Told> {
  const started = performance.now();
  const client = new OpenAI({ apiKey: ADMIN_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const told: Told = { text: '', finishReason: null, code: null, retryAfterMs: null, message: null, meta: null, ms: 0, events: [] };
  try {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    if (stream) {
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        const [choice] = chunk.choices;
        told.text += choice?.delta.content ?? '';
        told.finishReason ??= REASONS[choice?.finish_reason ?? ''] ?? null;
      }
    } else {
      const [choice] = (await client.chat.completions.create({ model, messages })).choices;
      told.text = choice?.message.content ?? '';
      told.finishReason = REASONS[choice?.finish_reason ?? ''] ?? null;
    }
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    told.code = error.headers?.get('x-kanon-error') ?? error.code?.toUpperCase() ?? null;
    told.message = error.message;
    const seconds = error.headers?.get('retry-after');
    told.retryAfterMs = seconds == null ? null : Number(seconds) * 1_000;
  }
  told.ms = performance.now() - started;
  const { data } = await gateway.query<{ calls: { edges: { node: ToldMeta }[] } }>(LAST);
  return { ...told, meta: data?.calls.edges[0]?.node ?? null };
}
