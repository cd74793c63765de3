import type { ImageLimits } from '../../canonical/media.ts';

/** The vendor scales larger pictures down to 2,048 pixels by itself; what it would throw away is not sent. */
export const IMAGE_LIMITS: ImageLimits = {
  mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  maxSide: 2_048,
  maxBytes: 15 * 1024 * 1024,
};

/** Most texts of one embeddings request. */
export const EMBED_BATCH = 2_048;

/** Most texts of `stop` that the vendor itself takes; other servers have limits of their own. */
export const MAX_STOPS = 4;
