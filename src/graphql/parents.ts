import type { ToolCall } from '../canonical/chat.ts';
import type { Cost } from '../canonical/usage.ts';
import type { CallRecord, KeptPicture, UsageDimension, UsageRow } from '../ledger/ledger.ts';
import type { ChatStreamEvent } from '../operations/chat/chat.ts';
import type { Composite, CompositeSums } from '../operations/composite/composite.ts';
import type { CompositeEvent } from '../operations/composite/events.ts';
import type { MaskedForms } from './directives/mask.ts';

/** What the resolvers of some types are given as a parent, where no room below has a type of its own for it. */
export type ChatDeltaParent = Extract<ChatStreamEvent, { type: 'delta' }>;
export type ChatToolCallDeltaParent = Extract<ChatStreamEvent, { type: 'toolCallDelta' }>;
export type ChatRestartParent = Extract<ChatStreamEvent, { type: 'restart' }>;
export type ChatDoneParent = Extract<ChatStreamEvent, { type: 'done' }>;
export type ChatErrorParent = Extract<ChatStreamEvent, { type: 'error' }>;

export interface TextPartParent {
  kind: 'text';
  text: string;
}
export interface ToolCallParent extends ToolCall {
  kind: 'toolCall';
}
export type ContentPartParent = TextPartParent | ToolCallParent;

export interface MultimodalResultParent {
  composite: Composite;
  metaDeferred: boolean;
}

/** Sums are made when they are asked for: they wait for branches. */
export interface CompositeMetaParent {
  composite: Composite;
  sums: () => Promise<CompositeSums>;
}

/** An event of a streamed composite, with the composite that it is of. */
export type MultimodalEventParent = CompositeEvent & { composite: Composite };
export type MultimodalParent<T extends CompositeEvent['type']> = Extract<CompositeEvent, { type: T }> & { composite: Composite };

/** Its texts as they are kept; what they are without masking is read when it is shown. */
export interface CallPayloadParent extends MaskedForms {
  callId: string;
  maskedForms: { prompt: string; answer: string };
}

export interface CallPictureParent extends KeptPicture {
  callId: string;
}

export interface CallPage {
  rows: CallRecord[];
  hasNextPage: boolean;
  /** The caller gave a cursor, so that there is a page before this one. */
  hasPreviousPage: boolean;
}

export interface UsageRowParent extends UsageRow {
  dimensions: { dimension: UsageDimension; value: string | null }[];
}

export interface CostParent extends Cost {
  /** Said where a sum has parts that are not known; otherwise it follows from `usd`. */
  known?: boolean;
}
