import type { ChatChunk, ChatRequest, Vendor } from '../canonical/chat.ts';
import type { OperationRequests, UnaryOperation, UnaryReadings } from '../canonical/results.ts';

/** One attempt: which model of the vendor is asked, and until when. */
export interface AttemptContext {
  /** The vendor's name of the model. */
  targetModel: string;
  /** Aborts the request to the vendor, at once, whatever it is doing. */
  signal: AbortSignal;
  /** The vendor's service tier to ask for, where the request names none; null or absent leaves it to the vendor. */
  serviceTier?: string | null;
}

/** How a provider answers each operation that it knows. What is absent, it cannot do. */
export interface ProviderOperations {
  /**
   * Asks for a chat answer. Events come as the vendor sends them, those that arrived together in one batch, which may
   * not be empty; the last is `finish`.
   * @throws UpstreamFailure for whatever the vendor or the network did; never a vendor's own error class.
   */
  CHAT: (request: ChatRequest, attempt: ChatAttempt) => AsyncIterable<readonly ChatChunk[]>;
  SENTIMENT: UnaryAnswer<'SENTIMENT'>;
  VISION: UnaryAnswer<'VISION'>;
  EMBED: UnaryAnswer<'EMBED'>;
}

export interface ChatAttempt extends AttemptContext {
  /** Ask the vendor for a stream. When false the answer comes as one delta of each kind. */
  stream: boolean;
  /** The operator says that the model goes on with an answer that it is given as begun. */
  prefill?: boolean;
}

/** @throws UpstreamFailure for whatever the vendor or the network did; MediaError where the picture is at fault. */
export type UnaryAnswer<O extends UnaryOperation> = (
  request: OperationRequests[O],
  attempt: AttemptContext,
) => Promise<UnaryReadings[O]>;

/** A vendor or runtime: canonical to vendor and back, nothing else. */
export interface Provider {
  /** The name that the config gives it. */
  readonly name: string;
  /** What it is given does not leave this machine. */
  readonly local?: true;
  /** Whose API it speaks: parameters that are that vendor's own go to it. */
  readonly vendor?: Vendor;
  readonly operations: Partial<ProviderOperations>;
  /** Ends what is under way and frees what is held. Safe to call twice. */
  close(): Promise<void>;
}
