import { availableParallelism } from 'node:os';

const MiB = 1024 * 1024;

/** What media may cost. Bytes are of the encoded file, pixels are width times height. */
export interface MediaLimits {
  /** Largest picture by upload or URL, in bytes. */
  maxImageBytes: number;
  /** Largest media inside a request as base64 or data URL, in bytes after decoding. */
  maxBase64Bytes: number;
  /** Most pixels that a picture may claim; more is refused from its header alone. */
  maxPixels: number;
  /** Largest sound by upload or URL, in bytes. */
  maxAudioBytes: number;
  /** Largest upload of any kind, in bytes; the limit of its kind holds as well. */
  maxUploadBytes: number;
  /** How long an upload can be used, in milliseconds. */
  uploadTtlMs: number;
  /** Bytes that the living uploads of one owner may take on disk. */
  maxUploadsBytesPerOwner: number;
  /** Bytes that all living uploads may take on disk. */
  maxUploadsBytes: number;
  /** Pictures that are decoded at once; a very large one counts for several. */
  concurrency: number;
  /** Decoding jobs and downloads that may wait for their turn; more are turned away as RATE_LIMITED. */
  maxQueued: number;
}

export const DEFAULT_MEDIA_LIMITS: MediaLimits = {
  maxImageBytes: 20 * MiB,
  maxBase64Bytes: 8 * MiB,
  maxPixels: 100_000_000,
  maxAudioBytes: 25 * MiB,
  maxUploadBytes: 25 * MiB,
  uploadTtlMs: 60 * 60 * 1000,
  maxUploadsBytesPerOwner: 256 * MiB,
  maxUploadsBytes: 4096 * MiB,
  // Node has four threads for such work; one stays free for files.
  concurrency: Math.min(3, availableParallelism()),
  maxQueued: 128,
};

/** How pictures and sounds are fetched from URLs. */
export interface FetchPolicy {
  /** Also `http:`; the default is `https:` alone. */
  allowHttp: boolean;
  /** Exact `host:port` of servers that may have a private address or an unusual port. */
  allowPrivateHosts: string[];
  /** From the first look-up to the last byte, redirects included, in milliseconds. */
  timeoutMs: number;
  maxRedirects: number;
}

export const DEFAULT_FETCH_POLICY: FetchPolicy = {
  allowHttp: false,
  allowPrivateHosts: [],
  timeoutMs: 10_000,
  maxRedirects: 3,
};
