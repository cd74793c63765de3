import { readFile } from 'node:fs/promises';
import { graphql } from './generated/gql.ts';
import type { Branch, SupportCaseQuery } from './generated/graphql.ts';
import { isMain, optionsOfCommandLine, post, type ClientOptions } from './post.ts';

const SupportCase = graphql(/* GraphQL */ `
  query SupportCase($text: String!, $images: [ImageInput!]!, $withPicture: Boolean!, $groundedOn: [Branch!]!) {
    multimodal(input: { text: $text, images: $images }) {
      chat(system: "You answer customers of a shop.", groundedOn: $groundedOn, maxTokens: 300) {
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
      vision @include(if: $withPicture) {
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
  const withPicture = picture !== undefined;
  const images = withPicture ? [{ base64: Buffer.from(picture).toString('base64') }] : [];
  const groundedOn: Branch[] = withPicture ? ['VISION', 'SENTIMENT'] : ['SENTIMENT'];
  const { data, errors } = await post(options, SupportCase, { text, images, withPicture, groundedOn });
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
