import type { Audio, Image } from '../../canonical/media.ts';
import type { JsonObject } from '../../canonical/chat.ts';

export type Branch = 'CHAT' | 'SENTIMENT' | 'VISION' | 'EMBED';

/** One branch as it is asked for: with its arguments. Two that are alike are one, and called once. */
export type BranchRequest =
  | { branch: 'CHAT'; model: string | null; system: string | null; groundedOn: Branch[]; images: boolean; maxTokens: number | null }
  | { branch: 'SENTIMENT' | 'VISION' | 'EMBED'; model: string | null };

export interface PlannedBranch {
  request: BranchRequest;
  /** Delivered later than the rest (`@defer`, `@stream`), so that the sums of the composite do not wait for it. */
  deferred: boolean;
}

/** One message of several parts. Media is read when a branch that needs it runs, once for all of them. */
export interface CompositeInput {
  text: string | null;
  imageCount: number;
  /** One of the pictures; the same promise each time. */
  image: (index: number) => Promise<Image>;
  audioCount: number;
  audio: (index: number) => Promise<Audio>;
  metadata: JsonObject | null;
}

/** The same for branches that are alike. */
export function branchKey(request: BranchRequest): string {
  return JSON.stringify(
    request.branch === 'CHAT'
      ? [request.branch, request.model, request.system, request.groundedOn, request.images, request.maxTokens]
      : [request.branch, request.model],
  );
}
