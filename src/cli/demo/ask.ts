/** The composite that the demo sends: one message with a picture, three models, one answer. */
export const DEMO_QUERY = /* GraphQL */ `
  query Support($text: String!, $image: Base64!) {
    multimodal(input: { text: $text, images: [{ base64: $image }] }) {
      chat(groundedOn: [VISION, SENTIMENT]) {
        text
        meta { ...Meta }
      }
      sentiment {
        label
        score
        confidence
        agreement
        language
        emotions { name score }
        opinions { targetModel label score }
        meta { ...Meta }
      }
      vision {
        document { merchant date total currency items { description quantity amount } }
        blocks { lines { text } }
        meta { ...Meta }
      }
      meta { durationMs cost { usd known } plan { branch after } }
    }
  }
  fragment Meta on CallMeta {
    model provider targetModel durationMs
    cost { usd known }
    usage { input output }
    warnings
  }
`;

export interface DemoMeta {
  model: string;
  provider: string;
  targetModel: string;
  durationMs: number;
  cost: { usd: number | null };
  usage: { input: number; output: number };
  warnings: string[];
}

/** What comes back; a branch that failed is null. */
export interface DemoAnswer {
  chat: { text: string; meta: DemoMeta } | null;
  sentiment: {
    label: string;
    score: number;
    confidence: number;
    agreement: number;
    language: string | null;
    emotions: { name: string; score: number }[];
    opinions: { targetModel: string; label: string; score: number }[];
    meta: DemoMeta;
  } | null;
  vision:
    | {
        document: {
          merchant: string | null;
          date: string | null;
          total: number | null;
          currency: string | null;
          items: { description: string; quantity: number | null; amount: number | null }[];
        } | null;
        blocks: { lines: { text: string }[] }[];
        meta: DemoMeta;
      }[]
    | null;
  meta: { durationMs: number; cost: { usd: number | null }; plan: { branch: string; after: string[] }[] };
}

interface DemoResponse {
  data?: { multimodal: DemoAnswer } | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/** Sends the query to a gateway, as any client would. @param timeoutMs for the whole answer */
export async function ask(url: string, text: string, image: Uint8Array, timeoutMs: number): Promise<DemoResponse> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: DEMO_QUERY, variables: { text, image: Buffer.from(image).toString('base64') } }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  // What this gateway answers to this query.
  return (await response.json()) as DemoResponse;
}
