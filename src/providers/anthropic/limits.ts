import type { ImageLimits } from '../../canonical/media.ts';

/** The vendor scales larger pictures down to 1,568 pixels by itself, and takes 5 MB of base64, which is 3.75 of bytes. */
export const IMAGE_LIMITS: ImageLimits = {
  mimeTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  maxSide: 1_568,
  maxBytes: 3_700_000,
};

/** The vendor wants a limit in every request; this one is for a request without. All its models can write as much. */
export const DEFAULT_MAX_TOKENS = 8_192;
