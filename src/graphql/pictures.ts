import { responsePathAsArray, type GraphQLResolveInfo } from 'graphql';
import { KanonError } from '../canonical/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CallPictureParent } from './parents.ts';

/** Most bytes of pictures in one answer. As base64 they are a third more, and an answer is in memory whole. */
const MOST_BYTES = 16 * 1024 ** 2;

/** The pictures of recorded calls that one answer shows. */
export class ShownPictures {
  readonly #ledger: Pick<Ledger, 'picture'>;
  /** Places of the answer: an operation may be executed anew, and a place is filled once all the same. */
  readonly #places = new Set<string>();
  #left = MOST_BYTES;

  constructor(ledger: Pick<Ledger, 'picture'>) {
    this.#ledger = ledger;
  }

  /**
   * In base64; null where the bytes are not kept.
   * @param path where in the answer they are to stand
   * @throws KanonError MEDIA_TOO_LARGE when the answer has no room for it
   */
  async show({ callId, place, size, kept }: CallPictureParent, path: GraphQLResolveInfo['path']): Promise<string | null> {
    if (!kept) return null;
    this.#take(responsePathAsArray(path).join('.'), size);
    const bytes = await this.#ledger.picture(callId, place);
    return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  }

  #take(place: string, size: number): void {
    if (this.#places.has(place)) return;
    if (size > this.#left) throw new KanonError('MEDIA_TOO_LARGE', 'One answer shows at most 16 MiB of pictures: ask for those of fewer calls at once.');
    this.#left -= size;
    this.#places.add(place);
  }
}
