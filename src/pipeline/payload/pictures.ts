import type { EncodedImage, Image } from '../../canonical/media.ts';
import type { SentPicture } from '../../ledger/ledger.ts';
import type { Call } from '../call.ts';
import { replaceImages } from '../images.ts';

/** Most pictures of one call that are told of: a long conversation may send each of its pictures to several vendors. */
const MOST_PICTURES = 32;

/** The pictures of a call as they leave this machine. */
export class SentPictures {
  readonly #sent: { index: number; picture: EncodedImage }[] = [];

  /** Sees from now on what the pictures of the call's request are made into for vendors. */
  constructor(call: Call) {
    let next = 0;
    replaceImages(call, (image) => this.#watched(image, next++));
  }

  /** @param maxBytes of all of them together; one that goes beyond is told of without its bytes */
  within(maxBytes: number): SentPicture[] {
    let left = maxBytes;
    return this.#sent.slice(0, MOST_PICTURES).map(({ index, picture: { bytes, mimeType, width, height } }) => {
      const size = bytes.length;
      const fits = size <= left;
      if (fits) left -= size;
      return { index, mediaType: mimeType, width, height, size, bytes: fits ? alone(bytes) : null };
    });
  }

  #watched(image: Image, index: number): Image {
    return {
      width: image.width,
      height: image.height,
      digest: () => image.digest(),
      encode: async (limits, signal) => {
        const picture = await image.encode(limits, signal);
        if (!this.#sent.some((known) => known.index === index && isSame(known.picture.bytes, picture.bytes))) this.#sent.push({ index, picture });
        return picture;
      },
      pixels: (maxSide, signal) => image.pixels(maxSide, signal),
    };
  }
}

/** Another attempt mostly sends the very same. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || Buffer.compare(a, b) === 0;
}

/** Without the buffer around them, all of which would go to the ledger's thread with them. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
