import { readFile } from 'node:fs/promises';
import { isMain, optionsOfCommandLine, post, type ClientOptions } from './post.ts';
import { graphql } from './generated/gql.ts';
import type { SupportCaseQuery } from './generated/graphql.ts';

const SupportCase = graphql(/* GraphQL */ `
  query SupportCase($text: String!, $images: [ImageInput!]) {
    multimodal(input: { text: $text, images: $images }) {
      chat(system: "You answer customers of a shop.", groundedOn: [VISION, SENTIMENT], maxTokens: 300) {
        text
        meta {
          model
          cost {
            usd
          }
          warnings
        }
      }
      sentiment {
        label
        score
        emotions {
          name
          score
        }
      }
      vision {
        text
        document {
          merchant
          date
          total
          currency
        }
      }
      meta {
        durationMs
        cost {
          usd
          known
        }
        plan {
          branch
          model
          after
        }
      }
    }
  }
`);

/**
 * One message, several models at once, one typed answer: what is selected is what is called.
 * @param picture a photo; without one there is no `vision` in the answer
 */
export async function askComposite(options: ClientOptions, text: string, picture?: Uint8Array): Promise<SupportCaseQuery['multimodal']> {
  const images = picture === undefined ? null : [{ base64: Buffer.from(picture).toString('base64') }];
  const { data, errors } = await post(options, SupportCase, { text, images });
  // A branch that failed is null and has its error; the others are there.
  for (const error of errors ?? []) console.error(`${error.path?.join('.') ?? 'request'}: ${error.message}`);
  if (!data) throw new Error(errors?.[0]?.message ?? 'no data');
  return data.multimodal;
}

if (isMain(import.meta.url)) {
  const support = new URL('../support/', import.meta.url);
  const text = await readFile(new URL('message-en.txt', support), 'utf8');
  console.dir(await askComposite(optionsOfCommandLine(), text, await readFile(new URL('receipt-en.jpg', support))), { depth: null });
}
