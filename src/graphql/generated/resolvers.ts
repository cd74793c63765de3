import type { JsonObject } from '../../canonical/chat.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ChatAnswer } from '../../operations/chat/answer.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';
import type { ChatDeltaParent, ChatToolCallDeltaParent, ChatRestartParent, ChatDoneParent, ChatErrorParent, ContentPartParent, TextPartParent, ToolCallParent, MultimodalResultParent, CompositeMetaParent, MultimodalEventParent, MultimodalParent, CostParent, CallPayloadParent, CallPictureParent, CallPage, UsageRowParent } from '../parents.ts';
import type { SentimentAnswer } from '../../operations/sentiment.ts';
import type { VisionAnswer } from '../../operations/vision.ts';
import type { DocumentFields as DocumentFieldsParent } from '../../canonical/results.ts';
import type { EmbedAnswer } from '../../operations/embed.ts';
import type { CallMeta as CallMetaParent, Principal } from '../../canonical/call.ts';
import type { RoutedModel } from '../../routing/target.ts';
import type { Explanation as ExplanationParent } from '../../operations/explain.ts';
import type { BudgetStatus, CallRecord } from '../../ledger/ledger.ts';
import type { RequestContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** Bytes in base64 (RFC 4648, section 4), or a data URL of them. */
  Base64: { input: string; output: string; }
  /** A time as ISO 8601 with its offset, for example `2026-11-24T09:30:00Z`. */
  DateTime: { input: Date; output: Date; }
  /** A JSON object. */
  JSONObject: { input: JsonObject; output: JsonObject; }
  /** An absolute https URL, or a data URL. */
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** One request to one target. */
export type Attempt = {
  __typename?: 'Attempt';
  /** What those tokens cost: a part of the call's cost, also of an attempt that was lost. */
  cost?: Maybe<Cost>;
  /** Milliseconds that it took. */
  durationMs: Scalars['Float']['output'];
  /** How it ended. */
  outcome: AttemptOutcome;
  /** The provider. */
  provider: Scalars['String']['output'];
  /** Why it was left, when it did not answer. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The provider's model. */
  targetModel: Scalars['String']['output'];
  /** Tokens: those of a lost attempt are an estimate, and no part of the call's usage. */
  usage?: Maybe<TokenUsage>;
};

/** How a request to a target ended. */
export type AttemptOutcome =
  /** It was given up, because it was no longer needed. */
  | 'CANCELLED'
  /** It failed. */
  | 'FAILED'
  /** It answered. */
  | 'OK'
  /** It was late and was left. */
  | 'TIMED_OUT';

/** A sound: exactly one of these. WAV, MP3, FLAC, Ogg, M4A and WebM are read. */
export type AudioInput =
  /** The bytes; for short sounds. Longer ones go to `POST /uploads`. */
  { base64: Scalars['Base64']['input']; upload?: never; url?: never; }
  |  /** The id that `POST /uploads` gave. */
  { base64?: never; upload: Scalars['ID']['input']; url?: never; }
  |  /** An https URL that this gateway fetches, or a data URL. */
  { base64?: never; upload?: never; url: Scalars['URL']['input']; };

/** A rectangle in pixels, from the upper left corner. */
export type Box = {
  __typename?: 'Box';
  /** Height. */
  height: Scalars['Float']['output'];
  /** Width. */
  width: Scalars['Float']['output'];
  /** Left edge. */
  x: Scalars['Float']['output'];
  /** Upper edge. */
  y: Scalars['Float']['output'];
};

/** A part of the composite that a model answers. */
export type Branch =
  /** A reply. */
  | 'CHAT'
  /** The vector of the text. */
  | 'EMBED'
  /** How the text feels. */
  | 'SENTIMENT'
  /** What the pictures show. */
  | 'VISION';

/** Whether a target is asked. */
export type BreakerState =
  /** It is. */
  | 'CLOSED'
  /** One call tries whether it is well again. */
  | 'HALF_OPEN'
  /** It keeps failing and is left alone. */
  | 'OPEN';

/** How much may be used in a time, and how much is left of it. */
export type Budget = {
  __typename?: 'Budget';
  /** The limit, in its unit. */
  amount: Scalars['Float']['output'];
  /** What may still be used. */
  left: Scalars['Float']['output'];
  /** Which one: the id of a key, the name of an app, user, team or model. */
  name: Scalars['String']['output'];
  /** The period; null for calls that are under way. */
  per?: Maybe<BudgetPeriod>;
  /** Kept for calls that are under way. */
  reserved: Scalars['Float']['output'];
  /** When there is more at the latest. */
  resetsAt: Scalars['DateTime']['output'];
  /** Whom it counts. */
  scope: BudgetScope;
  /** It counts the last so long, instead of beginning anew with each period. */
  sliding: Scalars['Boolean']['output'];
  /** It only warns. */
  soft: Scalars['Boolean']['output'];
  /** Used, in its unit. */
  spent: Scalars['Float']['output'];
  /** What is counted. */
  unit: BudgetUnit;
};

/** The period of a budget. */
export type BudgetPeriod =
  /** 24 hours; by the calendar in UTC. */
  | 'DAY'
  /** 60 minutes. */
  | 'HOUR'
  /** 60 seconds. */
  | 'MINUTE'
  /** A month of the calendar in UTC, or 30 days. */
  | 'MONTH';

/** Whom a budget counts. */
export type BudgetScope =
  /** All keys of an application. */
  | 'APP'
  /** One key. */
  | 'KEY'
  /** All calls of a model. */
  | 'MODEL'
  /** All that a team asks. */
  | 'TEAM'
  /** All that a person asks. */
  | 'USER';

/** What a budget counts. */
export type BudgetUnit =
  /** Calls that are under way at once. */
  | 'CONCURRENT'
  /** Calls. */
  | 'REQUESTS'
  /** Tokens, input and output together. */
  | 'TOKENS'
  /** US dollars. */
  | 'USD';

/** One operation that was asked of one model. */
export type Call = {
  __typename?: 'Call';
  /** The application that asked. */
  app?: Maybe<Scalars['String']['output']>;
  /** Every request to a target, in order. */
  attempts: Array<Attempt>;
  /** The answer came from the cache. */
  cached: Scalars['Boolean']['output'];
  /** What it cost: the answer, and attempts whose answer was lost on the way. */
  cost: Cost;
  /** Milliseconds that it took. */
  durationMs: Scalars['Float']['output'];
  /** What went wrong. */
  errorCode?: Maybe<ErrorCode>;
  /** The id, as in `CallMeta.id`. */
  id: Scalars['ID']['output'];
  /** The key that asked. */
  keyId?: Maybe<Scalars['ID']['output']>;
  /** What was masked on its way out, by kind. */
  masked: Array<MaskedEntity>;
  /** What the caller gave along. */
  metadata?: Maybe<Scalars['JSONObject']['output']>;
  /** The public model. */
  model: Scalars['String']['output'];
  /** What was asked. */
  operation: Operation;
  /** How it ended. */
  outcome: CallOutcome;
  /** What was said; null where the policy keeps nothing, or no longer. */
  payload?: Maybe<CallPayload>;
  /** The provider that answered; null when none did. */
  provider?: Maybe<Scalars['String']['output']>;
  /** The request that it was part of, as in the log. */
  requestId: Scalars['String']['output'];
  /** What a sentiment call has answered; null for all others. */
  sentiment?: Maybe<CallSentiment>;
  /** When it was asked. */
  startedAt: Scalars['DateTime']['output'];
  /** It was asked for in pieces. */
  streamed: Scalars['Boolean']['output'];
  /** The provider's model that answered; null when none did. */
  targetModel?: Maybe<Scalars['String']['output']>;
  /** The team that asked. */
  team?: Maybe<Scalars['String']['output']>;
  /** Milliseconds to the first piece of the answer. */
  timeToFirstTokenMs?: Maybe<Scalars['Float']['output']>;
  /** Tokens of the answer; those of attempts that were lost stand with them. */
  usage: TokenUsage;
  /** The person who asked. */
  user?: Maybe<Scalars['String']['output']>;
  /** What the caller was told. */
  warnings: Array<Scalars['String']['output']>;
};

/** A page of calls (Relay connection). */
export type CallConnection = {
  __typename?: 'CallConnection';
  /** The calls with their cursors. */
  edges: Array<CallEdge>;
  /** The calls. */
  nodes: Array<Call>;
  /** Whether there is more. */
  pageInfo: PageInfo;
};

/** A call and where it stands. */
export type CallEdge = {
  __typename?: 'CallEdge';
  /** For `after`. */
  cursor: Scalars['String']['output'];
  /** The call. */
  node: Call;
};

/** Which calls. */
export type CallFilter = {
  /** Of this application. */
  app?: InputMaybe<Scalars['String']['input']>;
  /** Failed with this code. */
  errorCode?: InputMaybe<ErrorCode>;
  /** Asked at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** By this key. */
  keyId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this public model. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** Of this operation. */
  operation?: InputMaybe<Operation>;
  /** With this end. */
  outcome?: InputMaybe<CallOutcome>;
  /** Answered by this provider. */
  provider?: InputMaybe<Scalars['String']['input']>;
  /** Of this team. */
  team?: InputMaybe<Scalars['String']['input']>;
  /** Asked before this time. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this person. */
  user?: InputMaybe<Scalars['String']['input']>;
};

/** How an answer came about. */
export type CallMeta = {
  __typename?: 'CallMeta';
  /** Every request to a target, in order. */
  attempts: Array<Attempt>;
  /** The answer came from the cache. */
  cached: Scalars['Boolean']['output'];
  /** The call's record: what of it may be seen goes by the scopes of whoever asks. Null where it cannot be read now. */
  call?: Maybe<Call>;
  /** What it cost: the answer, and attempts whose answer was lost on the way. */
  cost: Cost;
  /** Milliseconds from the request to the end of the answer. */
  durationMs: Scalars['Float']['output'];
  /** The id of the call's record. */
  id: Scalars['ID']['output'];
  /** What was masked on its way out, by kind; never the values. */
  masked: Array<MaskedEntity>;
  /** The public model that was asked. */
  model: Scalars['String']['output'];
  /** The provider that answered; of an ensemble, those that did, joined by `+`. */
  provider: Scalars['String']['output'];
  /** The provider's model that answered; of an ensemble, those that did, joined by `+`. */
  targetModel: Scalars['String']['output'];
  /** Milliseconds from the request to the first piece of the answer; null for what is answered whole. */
  timeToFirstTokenMs?: Maybe<Scalars['Float']['output']>;
  /** Tokens of the answer; those of attempts that were lost stand with them. */
  usage: TokenUsage;
  /** What the caller should know. */
  warnings: Array<Scalars['String']['output']>;
};

/** How a call ended. */
export type CallOutcome =
  /** The caller left. */
  | 'ABORTED'
  /** With an error. */
  | 'ERROR'
  /** With an answer. */
  | 'OK';

/** What was said. Texts are in masked form, with placeholders where private values were; with the scope `originals` they are the caller's own, where the policy keeps that (`payloads.originals`). */
export type CallPayload = {
  __typename?: 'CallPayload';
  /** The text of a chat answer; of another operation its answer as JSON. */
  answer: Scalars['String']['output'];
  /** The pictures as they left for vendors, in the order in which they did; none where the policy does not keep them (`payloads.pictures`). */
  pictures?: Maybe<Array<CallPicture>>;
  /** The request as JSON, without media. */
  prompt: Scalars['String']['output'];
};

/** A picture as it was sent to a vendor: scaled, without metadata, private text painted over. */
export type CallPicture = {
  __typename?: 'CallPicture';
  /** The bytes that were sent; null where they are more than the policy keeps. One answer shows at most 16 MiB of them. */
  bytes?: Maybe<Scalars['Base64']['output']>;
  /** Height in pixels. */
  height: Scalars['Int']['output'];
  /** Which picture of the request, from 0. One that was sent in several forms is there as often. */
  index: Scalars['Int']['output'];
  /** Its type, such as `image/jpeg`. */
  mediaType: Scalars['String']['output'];
  /** How many bytes it has. */
  size: Scalars['Int']['output'];
  /** Width in pixels. */
  width: Scalars['Int']['output'];
};

/** How a text felt, in short. */
export type CallSentiment = {
  __typename?: 'CallSentiment';
  /** How sure the label is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** In one word. */
  label: SentimentLabel;
  /** -1 (negative) to 1 (positive). */
  score: Scalars['Float']['output'];
};

/** More text. */
export type ChatDelta = {
  __typename?: 'ChatDelta';
  /** Shown thinking to append. */
  reasoning?: Maybe<Scalars['String']['output']>;
  /** Text of a refusal to append. */
  refusal?: Maybe<Scalars['String']['output']>;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
  /** Text of the answer to append; empty when the piece is of another kind. */
  text: Scalars['String']['output'];
};

/** The answer is complete. Nothing follows. */
export type ChatDone = {
  __typename?: 'ChatDone';
  /** Why the answer ended. */
  finishReason: FinishReason;
  /** The whole answer as a message. */
  message: Message;
  /** How the answer came about. */
  meta: CallMeta;
  /** The thinking that the model shows, where it shows any. */
  reasoning?: Maybe<Scalars['String']['output']>;
  /** What the model said in refusing. */
  refusal?: Maybe<Scalars['String']['output']>;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
  /** The whole text. */
  text: Scalars['String']['output'];
  /** Tools that the model wants called. */
  toolCalls: Array<ToolCall>;
};

/** The answer failed; what came before is not complete. Nothing follows. */
export type ChatError = {
  __typename?: 'ChatError';
  /** What went wrong, in one stable word. */
  code: ErrorCode;
  /** What went wrong and how to mend it. */
  message: Scalars['String']['output'];
  /** Milliseconds after which the same request may succeed. */
  retryAfterMs?: Maybe<Scalars['Int']['output']>;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};

/** One piece of an answer. `sequence` counts from 0 without gaps. */
export type ChatEvent = ChatDelta | ChatDone | ChatError | ChatRestart | ChatToolCallDelta;

/** A conversation and how to answer it. */
export type ChatInput = {
  /** Milliseconds after which the answer is of no use any more; shortens the route's own limit. */
  deadlineMs?: InputMaybe<Scalars['Int']['input']>;
  /** Most tokens of the answer, at least 1. */
  maxTokens?: InputMaybe<Scalars['Int']['input']>;
  /**
   * The conversation so far; the last message is the one to answer. One of ASSISTANT is the beginning of the answer, for
   * models that go on from there; the answer is what they say beyond it.
   */
  messages: Array<MessageInput>;
  /** Kept with the call's record, for your own use; rules of the route may look at it. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** The public name of a model; the first chat model of the configuration without it. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** Who goes first where calls wait for a target. */
  priority?: InputMaybe<Priority>;
  /** The form of the answer. */
  responseFormat?: InputMaybe<ResponseFormatInput>;
  /** The same seed asks for the same answer, where the target can do that. */
  seed?: InputMaybe<Scalars['Int']['input']>;
  /** Texts that end the answer where they would appear, up to 8191; OpenAI takes 4. */
  stop?: InputMaybe<Array<Scalars['String']['input']>>;
  /** 0 (the likeliest words) to 2 (the wildest). */
  temperature?: InputMaybe<Scalars['Float']['input']>;
  /** Whether the model may, must or must not call a tool. */
  toolChoice?: InputMaybe<ToolChoiceInput>;
  /** What the model may call. */
  tools?: InputMaybe<Array<ToolInput>>;
  /** 0 to 1: only the likeliest words that together have this probability. */
  topP?: InputMaybe<Scalars['Float']['input']>;
};

/**
 * The answer broke off, and another begins: drop every piece that came before. Comes only to those who select it;
 * for others such an answer ends in a ChatError.
 */
export type ChatRestart = {
  __typename?: 'ChatRestart';
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};

/** An answer of a language model. */
export type ChatResult = {
  __typename?: 'ChatResult';
  /** Why the answer ended. */
  finishReason: FinishReason;
  /** The answer as a message, to be appended to the conversation. */
  message: Message;
  /** How the answer came about. */
  meta: CallMeta;
  /** The thinking that the model shows, where it shows any. */
  reasoning?: Maybe<Scalars['String']['output']>;
  /** What the model said in refusing. */
  refusal?: Maybe<Scalars['String']['output']>;
  /** The text of the answer; empty when there is none. */
  text: Scalars['String']['output'];
  /** Tools that the model wants called. */
  toolCalls: Array<ToolCall>;
};

/** More of a tool call. */
export type ChatToolCallDelta = {
  __typename?: 'ChatToolCallDelta';
  /** JSON text of the arguments to append. */
  arguments: Scalars['String']['output'];
  /** Comes with the first piece of the call. */
  id?: Maybe<Scalars['ID']['output']>;
  /** Which of the answer's tool calls, from 0. */
  index: Scalars['Int']['output'];
  /** Comes with the first piece of the call. */
  name?: Maybe<Scalars['String']['output']>;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};

/** How a composite came about. */
export type CompositeMeta = {
  __typename?: 'CompositeMeta';
  /** What all its calls cost together. A call that embeds for several composites of a request is counted by the first of them. */
  cost: Cost;
  /** Milliseconds from the start of the composite until its last branch ended. */
  durationMs: Scalars['Float']['output'];
  /** Branches that had not ended, because they are deferred: not part of the sums. */
  pending: Array<Branch>;
  /** The branches and their order, as planned from what is selected. */
  plan: Array<PlanStep>;
  /** Tokens of all its calls together, counted as their cost is. */
  usage: TokenUsage;
};

/** One part of a message. */
export type ContentPart = TextPart | ToolCall;

/** One part of a message: exactly one of these. */
export type ContentPartInput =
  /** A sound; only from the user. */
  { audio: AudioInput; image?: never; text?: never; toolCall?: never; toolResult?: never; }
  |  /** A picture; only from the user. */
  { audio?: never; image: ImageInput; text?: never; toolCall?: never; toolResult?: never; }
  |  /** Text. */
  { audio?: never; image?: never; text: Scalars['String']['input']; toolCall?: never; toolResult?: never; }
  |  /** A tool call that the model made; only from the assistant. */
  { audio?: never; image?: never; text?: never; toolCall: ToolCallInput; toolResult?: never; }
  |  /** What a tool answered; only from a tool. */
  { audio?: never; image?: never; text?: never; toolCall?: never; toolResult: ToolResultInput; };

/** What something cost. */
export type Cost = {
  __typename?: 'Cost';
  /** False when a part has no known price. */
  known: Scalars['Boolean']['output'];
  /** In USD; null when the price of a target is not known. */
  usd?: Maybe<Scalars['Float']['output']>;
};

/** A thing in a picture. */
export type DetectedObject = {
  __typename?: 'DetectedObject';
  /** Where it is. */
  box: Box;
  /** How sure that is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** What it is. */
  label: Scalars['String']['output'];
};

/** What a receipt or an invoice says. */
export type DocumentFields = {
  __typename?: 'DocumentFields';
  /** ISO 4217 code. */
  currency?: Maybe<Scalars['String']['output']>;
  /** The day, as ISO 8601. */
  date?: Maybe<Scalars['String']['output']>;
  /** What was sold. */
  items: Array<DocumentItem>;
  /** Who sold. */
  merchant?: Maybe<Scalars['String']['output']>;
  /** What was to be paid. */
  total?: Maybe<Scalars['Float']['output']>;
};

/** A line of a receipt or an invoice. */
export type DocumentItem = {
  __typename?: 'DocumentItem';
  /** For how much altogether. */
  amount?: Maybe<Scalars['Float']['output']>;
  /** What. */
  description: Scalars['String']['output'];
  /** How many. */
  quantity?: Maybe<Scalars['Float']['output']>;
};

/** Texts to turn into vectors. */
export type EmbedInput = {
  /** Length of the vectors, where the model can choose. */
  dimensions?: InputMaybe<Scalars['Int']['input']>;
  /** The public name of a model; the first embedding model of the configuration without it. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** The texts, 1 to 10,000 of them. */
  texts: Array<Scalars['String']['input']>;
};

/** Vectors of texts. */
export type EmbedResult = {
  __typename?: 'EmbedResult';
  /** Length of the vectors. */
  dimensions: Scalars['Int']['output'];
  /** One a text, in the order of the texts. */
  embeddings: Array<Embedding>;
  /** How the answer came about. All `embed` fields that became one call share its record. */
  meta: CallMeta;
};

/** The vector of a text. */
export type Embedding = {
  __typename?: 'Embedding';
  /** Which of the texts, from 0. */
  index: Scalars['Int']['output'];
  /** Of length 1, so that the dot product is the cosine. */
  vector: Array<Scalars['Float']['output']>;
};

/** An emotion in a text. */
export type Emotion = {
  __typename?: 'Emotion';
  /** Which. */
  name: EmotionName;
  /** How strong, 0 to 1. */
  score: Scalars['Float']['output'];
};

/** Emotions that are told apart. */
export type EmotionName =
  /** Anger. */
  | 'ANGER'
  /** Disappointment. */
  | 'DISAPPOINTMENT'
  /** Fear. */
  | 'FEAR'
  /** Frustration. */
  | 'FRUSTRATION'
  /** Gratitude. */
  | 'GRATITUDE'
  /** Joy. */
  | 'JOY'
  /** Sadness. */
  | 'SADNESS'
  /** Surprise. */
  | 'SURPRISE';

/** What went wrong, in one stable word. */
export type ErrorCode =
  /** The request says something that cannot be done; the message names the field and the mend. */
  | 'BAD_USER_INPUT'
  /** A budget cannot carry the request. */
  | 'BUDGET_EXCEEDED'
  /** The vendor refused the content. */
  | 'CONTENT_FILTERED'
  /** The request is too long for the model. */
  | 'CONTEXT_LENGTH_EXCEEDED'
  /** The operation could cost more than is allowed. */
  | 'COST_ESTIMATED_TOO_EXPENSIVE'
  /** The principal may not do this. */
  | 'FORBIDDEN'
  /** A guardrail of this gateway stopped the content. */
  | 'GUARDRAIL_BLOCKED'
  /** A fault of this gateway. */
  | 'INTERNAL'
  /** The media is larger than is allowed. */
  | 'MEDIA_TOO_LARGE'
  /** The media is broken, or of a kind that cannot be used here. */
  | 'MEDIA_UNSUPPORTED'
  /** Too many requests; `retryAfterMs` says when to come back. */
  | 'RATE_LIMITED'
  /** The answer broke off before its end. */
  | 'STREAM_INTERRUPTED'
  /** No key, or one that is not known. */
  | 'UNAUTHENTICATED'
  /** The targets of the model did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** No target of the model could answer. */
  | 'UPSTREAM_UNAVAILABLE';

/** A target, as a request would meet it. */
export type ExplainedTarget = {
  __typename?: 'ExplainedTarget';
  /** What the request would probably cost there. */
  cost: Cost;
  /** How it is now. */
  health: TargetHealth;
  /** 1 for the first that is asked; null for one that is not. */
  place?: Maybe<Scalars['Int']['output']>;
  /** The provider. */
  provider: Scalars['String']['output'];
  /** Why it has its place, or has none. */
  reason: Scalars['String']['output'];
  /** The provider's model. */
  targetModel: Scalars['String']['output'];
};

/** What a request would meet: worked out, nobody is asked. */
export type Explanation = {
  __typename?: 'Explanation';
  /** Why nobody can be asked; null when somebody can. */
  errorCode?: Maybe<ErrorCode>;
  /** The same in words. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** Tokens of the request, estimated. */
  inputTokens: Scalars['Int']['output'];
  /** The public model. */
  model: Scalars['ID']['output'];
  /** Tokens of the answer that the estimate of the cost is for. */
  outputTokens: Scalars['Int']['output'];
  /** How it chooses among its targets. */
  strategy: RouteStrategy;
  /** The targets in the order in which they are asked, then those that are not. */
  targets: Array<ExplainedTarget>;
};

/** Why an answer ended. */
export type FinishReason =
  /** The vendor's filter stopped it. */
  | 'CONTENT_FILTER'
  /** It reached the most tokens allowed. */
  | 'LENGTH'
  /** The model refused. */
  | 'REFUSAL'
  /** It was complete. */
  | 'STOP'
  /** The model wants tools called. */
  | 'TOOL_CALLS';

/** A picture: exactly one of these. JPEG, PNG, WebP, AVIF, GIF and TIFF are read. */
export type ImageInput =
  /** The bytes; for small pictures. Larger ones go to `POST /uploads`. */
  { base64: Scalars['Base64']['input']; upload?: never; url?: never; }
  |  /** The id that `POST /uploads` gave. */
  { base64?: never; upload: Scalars['ID']['input']; url?: never; }
  |  /** An https URL that this gateway fetches, or a data URL. */
  { base64?: never; upload?: never; url: Scalars['URL']['input']; };

/** JSON of a given schema. */
export type JsonSchemaFormatInput = {
  /** A name for the model to see: letters, digits, `_` and `-`, up to 64. */
  name: Scalars['String']['input'];
  /** The JSON Schema. References may not form a cycle. */
  schema: Scalars['JSONObject']['input'];
  /** The target must make sure of the schema, where it can. */
  strict?: InputMaybe<Scalars['Boolean']['input']>;
};

/** How often values of a kind were masked. */
export type MaskedEntity = {
  __typename?: 'MaskedEntity';
  /** How often values of it were masked. */
  count: Scalars['Int']['output'];
  /** Such as `EMAIL`. */
  kind: Scalars['String']['output'];
};

/** A message that a model made. */
export type Message = {
  __typename?: 'Message';
  /** The parts, in order. */
  content: Array<ContentPart>;
  /** Always `ASSISTANT`. */
  role: Role;
};

/** One message of a conversation. */
export type MessageInput = {
  /** What was said, in order. */
  content: Array<ContentPartInput>;
  /** Who said it. */
  role: Role;
};

/** A model that clients can ask. The name is public and never tells a vendor. */
export type Model = {
  __typename?: 'Model';
  /** What the operator says of it. */
  description?: Maybe<Scalars['String']['output']>;
  /** A request for this operation that names no model goes to it. */
  isDefault: Scalars['Boolean']['output'];
  /** It asks several targets at once and merges their answers. */
  isEnsemble: Scalars['Boolean']['output'];
  /** The public name. */
  name: Scalars['ID']['output'];
  /** What it can be asked to do. */
  operation: Operation;
  /** Where it runs, and how that is. Needs the scope `operate`: a public name tells no vendor. */
  targets?: Maybe<Array<TargetHealth>>;
};

/** A branch failed; the others go on. */
export type MultimodalBranchFailed = {
  __typename?: 'MultimodalBranchFailed';
  /** Which. */
  branch: Branch;
  /** What went wrong, in one stable word. */
  code: ErrorCode;
  /** What went wrong and how to mend it. */
  message: Scalars['String']['output'];
  /** Milliseconds after which the same request may succeed. */
  retryAfterMs?: Maybe<Scalars['Int']['output']>;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};

/** A piece of the reply. */
export type MultimodalChatEvent = {
  __typename?: 'MultimodalChatEvent';
  /** Always `CHAT`. */
  branch: Branch;
  /** The piece. The arguments are those of `MultimodalResult.chat`. */
  chat: ChatEvent;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};


/** A piece of the reply. */
export type MultimodalChatEventChatArgs = {
  groundedOn?: InputMaybe<Array<Branch>>;
  images?: InputMaybe<Scalars['Boolean']['input']>;
  maxTokens?: InputMaybe<Scalars['Int']['input']>;
  model?: InputMaybe<Scalars['String']['input']>;
  system?: InputMaybe<Scalars['String']['input']>;
};

/** All branches have ended. Nothing follows. */
export type MultimodalDone = {
  __typename?: 'MultimodalDone';
  /** The composite as a whole. */
  meta: CompositeMeta;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};

/** The vector of the text. */
export type MultimodalEmbedEvent = {
  __typename?: 'MultimodalEmbedEvent';
  /** Always `EMBED`. */
  branch: Branch;
  /** The result. */
  embed: EmbedResult;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};


/** The vector of the text. */
export type MultimodalEmbedEventEmbedArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};

/** One piece of a composite. Which kinds are selected is the plan: a branch whose event is not selected is not called. `sequence` counts from 0 without gaps over all branches. */
export type MultimodalEvent = MultimodalBranchFailed | MultimodalChatEvent | MultimodalDone | MultimodalEmbedEvent | MultimodalSentimentEvent | MultimodalVisionEvent;

/** One message of several parts. */
export type MultimodalInput = {
  /** Sounds, up to 4; the chat branch hears them. */
  audio?: InputMaybe<Array<AudioInput>>;
  /** Pictures, up to 16. */
  images?: InputMaybe<Array<ImageInput>>;
  /** Kept with the records of the calls, for your own use. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What was written. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** One answer out of several models. Each field is a branch: it is called only when selected, all at once; one that fails is null, with an error of its own. */
export type MultimodalResult = {
  __typename?: 'MultimodalResult';
  /** A reply to the text. */
  chat?: Maybe<ChatResult>;
  /** The vector of the text. */
  embed?: Maybe<EmbedResult>;
  /** The composite as a whole. Waits for the branches that are delivered with it; deferred ones are named in `pending`. */
  meta: CompositeMeta;
  /** How the text feels. */
  sentiment?: Maybe<SentimentResult>;
  /** What each picture shows, in the order of the pictures. */
  vision?: Maybe<Array<VisionResult>>;
};


/** One answer out of several models. Each field is a branch: it is called only when selected, all at once; one that fails is null, with an error of its own. */
export type MultimodalResultChatArgs = {
  groundedOn?: InputMaybe<Array<Branch>>;
  images?: InputMaybe<Scalars['Boolean']['input']>;
  maxTokens?: InputMaybe<Scalars['Int']['input']>;
  model?: InputMaybe<Scalars['String']['input']>;
  system?: InputMaybe<Scalars['String']['input']>;
};


/** One answer out of several models. Each field is a branch: it is called only when selected, all at once; one that fails is null, with an error of its own. */
export type MultimodalResultEmbedArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};


/** One answer out of several models. Each field is a branch: it is called only when selected, all at once; one that fails is null, with an error of its own. */
export type MultimodalResultSentimentArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};


/** One answer out of several models. Each field is a branch: it is called only when selected, all at once; one that fails is null, with an error of its own. */
export type MultimodalResultVisionArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};

/** How the text feels. */
export type MultimodalSentimentEvent = {
  __typename?: 'MultimodalSentimentEvent';
  /** Always `SENTIMENT`. */
  branch: Branch;
  /** The result. */
  sentiment: SentimentResult;
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
};


/** How the text feels. */
export type MultimodalSentimentEventSentimentArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};

/** What one picture shows. */
export type MultimodalVisionEvent = {
  __typename?: 'MultimodalVisionEvent';
  /** Always `VISION`. */
  branch: Branch;
  /** Which of the pictures, from 0. */
  index: Scalars['Int']['output'];
  /** The place in the stream, from 0. */
  sequence: Scalars['Int']['output'];
  /** The result. */
  vision: VisionResult;
};


/** What one picture shows. */
export type MultimodalVisionEventVisionArgs = {
  model?: InputMaybe<Scalars['String']['input']>;
};

/** What a model can be asked to do. */
export type Operation =
  /** Answer a conversation. */
  | 'CHAT'
  /** Turn texts into vectors. */
  | 'EMBED'
  /** Say how a text feels. */
  | 'SENTIMENT'
  /** Say what a picture shows. */
  | 'VISION';

/** Whether there is more. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Of the last one. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** There are more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** There are some before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Of the first one. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A branch of a plan. */
export type PlanStep = {
  __typename?: 'PlanStep';
  /** Branches that it waits for. */
  after: Array<Branch>;
  /** The branch. */
  branch: Branch;
  /** How many calls it makes. */
  calls: Scalars['Int']['output'];
  /** The public model that it asks. */
  model: Scalars['String']['output'];
};

/** Who goes first where calls wait for a target. */
export type Priority =
  /** Nobody waits: goes after all that are INTERACTIVE. */
  | 'BATCH'
  /** Somebody waits for the answer. */
  | 'INTERACTIVE';

/** Ask models, and ask what was asked. */
export type Query = {
  __typename?: 'Query';
  /** Calls that were made, newest first: those of the own app, with the scope `ledger:read` those of all. */
  calls: CallConnection;
  /** Ask a language model for an answer, whole. */
  chat: ChatResult;
  /** Turn texts into vectors. All `embed` fields of one request become one call of their model. */
  embed: EmbedResult;
  /** Which targets a chat request would go to, in what order, why, at what cost. Nobody is asked. */
  explain: Explanation;
  /** The models that can be asked. */
  models: Array<Model>;
  /** Send the parts of one message to several models at once. What is selected is what is called and paid for. */
  multimodal: MultimodalResult;
  /** Ask how a text feels. */
  sentiment: SentimentResult;
  /** What was used, summed by the dimensions: by the own app, with the scope `ledger:read` by all. */
  usage: Array<UsageRow>;
  /** Who is asking. */
  viewer: Viewer;
  /** Ask what a picture shows and says. */
  vision: VisionResult;
};


/** Ask models, and ask what was asked. */
export type QueryCallsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CallFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Ask models, and ask what was asked. */
export type QueryChatArgs = {
  input: ChatInput;
};


/** Ask models, and ask what was asked. */
export type QueryEmbedArgs = {
  input: EmbedInput;
};


/** Ask models, and ask what was asked. */
export type QueryExplainArgs = {
  input: ChatInput;
};


/** Ask models, and ask what was asked. */
export type QueryModelsArgs = {
  operation?: InputMaybe<Operation>;
};


/** Ask models, and ask what was asked. */
export type QueryMultimodalArgs = {
  input: MultimodalInput;
};


/** Ask models, and ask what was asked. */
export type QuerySentimentArgs = {
  input: SentimentInput;
};


/** Ask models, and ask what was asked. */
export type QueryUsageArgs = {
  by: Array<UsageDimension>;
  from: Scalars['DateTime']['input'];
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Ask models, and ask what was asked. */
export type QueryVisionArgs = {
  input: VisionInput;
};

/** The form of an answer: exactly one of these. */
export type ResponseFormatInput =
  /** JSON of this schema. */
  { jsonSchema: JsonSchemaFormatInput; type?: never; }
  |  /** Free text, or any JSON object. */
  { jsonSchema?: never; type: ResponseFormatType; };

/** The form of an answer. */
export type ResponseFormatType =
  /** Any JSON object. */
  | 'JSON_OBJECT'
  /** Free text. */
  | 'TEXT';

/** Who said it. */
export type Role =
  /** The model. */
  | 'ASSISTANT'
  /** Instructions of the application. Only at the start. */
  | 'SYSTEM'
  /** The results of tool calls. */
  | 'TOOL'
  /** The person. */
  | 'USER';

/** How a model chooses among its targets. */
export type RouteStrategy =
  /** By what the request will probably cost. */
  | 'CHEAPEST'
  /** By measured averages. */
  | 'FASTEST'
  /** By what is under way. */
  | 'LEAST_BUSY'
  /** As they are listed. */
  | 'PRIORITY'
  /** All at once; the first complete answer wins. */
  | 'RACE'
  /** Shared by weight. */
  | 'WEIGHTED';

/** A text whose feeling is asked for. */
export type SentimentInput = {
  /** BCP 47 tag such as `de`; found out without it. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** The public name of a model; the first sentiment model of the configuration without it. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** The text, up to 20,000 characters. */
  text: Scalars['String']['input'];
};

/** A feeling in one word. */
export type SentimentLabel =
  /** Both at once. */
  | 'MIXED'
  /** Bad. */
  | 'NEGATIVE'
  /** Neither. */
  | 'NEUTRAL'
  /** Good. */
  | 'POSITIVE';

/** What one backend thinks of a text. */
export type SentimentOpinion = {
  __typename?: 'SentimentOpinion';
  /** How sure it is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** Its label. */
  label: SentimentLabel;
  /** The provider that was asked. */
  provider: Scalars['String']['output'];
  /** Its score, -1 to 1. */
  score: Scalars['Float']['output'];
  /** The provider's model. */
  targetModel: Scalars['String']['output'];
  /** How much it counts in the vote. */
  weight: Scalars['Float']['output'];
};

/** How a text feels. */
export type SentimentResult = {
  __typename?: 'SentimentResult';
  /** How far the backends agree, 0 to 1; 1 when there is only one. */
  agreement: Scalars['Float']['output'];
  /** How sure the label is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** Emotions found, strongest first. */
  emotions: Array<Emotion>;
  /** In one word. */
  label: SentimentLabel;
  /** BCP 47 tag of the text's language. */
  language?: Maybe<Scalars['String']['output']>;
  /** How the answer came about. */
  meta: CallMeta;
  /** What each backend thinks. */
  opinions: Array<SentimentOpinion>;
  /** -1 (negative) to 1 (positive). */
  score: Scalars['Float']['output'];
};

/** Answers as they are made. */
export type Subscription = {
  __typename?: 'Subscription';
  /** Ask a language model for an answer, in pieces. Ends after exactly one `ChatDone` or `ChatError`. */
  chat: ChatEvent;
  /** The composite in pieces: events of all branches, interleaved. Ends after exactly one `MultimodalDone`. */
  multimodal: MultimodalEvent;
};


/** Answers as they are made. */
export type SubscriptionChatArgs = {
  input: ChatInput;
};


/** Answers as they are made. */
export type SubscriptionMultimodalArgs = {
  input: MultimodalInput;
};

/** How a target is now. */
export type TargetHealth = {
  __typename?: 'TargetHealth';
  /** Whether it is asked. */
  breaker: BreakerState;
  /** What opened the breaker, such as `server` or `auth`. */
  breakerReason?: Maybe<Scalars['String']['output']>;
  /** Milliseconds to the first token on the average; null before the first answer. */
  firstTokenMs?: Maybe<Scalars['Float']['output']>;
  /** Milliseconds a token after that on the average. */
  perTokenMs?: Maybe<Scalars['Float']['output']>;
  /** The provider. */
  provider: Scalars['String']['output'];
  /** Calls that wait for their turn. */
  queued: Scalars['Int']['output'];
  /** Where it runs, as the operator names it. */
  region?: Maybe<Scalars['String']['output']>;
  /** Requests under way. */
  running: Scalars['Int']['output'];
  /** The provider's model. */
  targetModel: Scalars['String']['output'];
  /** Milliseconds until it is asked again; 0 when it is. */
  waitMs: Scalars['Float']['output'];
};

/** Lines of text that belong together. */
export type TextBlock = {
  __typename?: 'TextBlock';
  /** Where it stands. */
  box: Box;
  /** How sure the reading is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** Its lines, in reading order. */
  lines: Array<TextLine>;
  /** The lines, joined by line feeds. */
  text: Scalars['String']['output'];
};

/** A line of text. */
export type TextLine = {
  __typename?: 'TextLine';
  /** Where it stands. */
  box: Box;
  /** How sure the reading is, 0 to 1. */
  confidence: Scalars['Float']['output'];
  /** What it says. */
  text: Scalars['String']['output'];
};

/** Text in a message. */
export type TextPart = {
  __typename?: 'TextPart';
  /** The text. */
  text: Scalars['String']['output'];
};

/** Tokens by kind. `input` and `output` are all there are; the other kinds are parts of them. */
export type TokenUsage = {
  __typename?: 'TokenUsage';
  /** Of the request, of sounds; those that came from the cache may be among them. */
  audioInput: Scalars['Int']['output'];
  /** Of the answer, of sounds. */
  audioOutput: Scalars['Int']['output'];
  /** Of the request, written to the vendor's cache. */
  cacheWrite: Scalars['Int']['output'];
  /** Of the request, read from the vendor's cache. */
  cachedInput: Scalars['Int']['output'];
  /** Of the request, of pictures, where the vendor counts them apart. */
  imageInput: Scalars['Int']['output'];
  /** Of the request, all kinds. */
  input: Scalars['Int']['output'];
  /** Of the answer, all kinds. */
  output: Scalars['Int']['output'];
  /** Of the answer, spent on thinking. */
  reasoning: Scalars['Int']['output'];
  /** False when the vendor did not say and these are estimates. */
  reported: Scalars['Boolean']['output'];
  /** How the vendor served it, in its own word, such as `default`, `flex`, `batch` or `priority`; null where it did not say. Each tier has its own price. */
  serviceTier?: Maybe<Scalars['String']['output']>;
};

/** A tool that the model wants called. */
export type ToolCall = {
  __typename?: 'ToolCall';
  /** The arguments as JSON text, as the model wrote them. */
  arguments: Scalars['String']['output'];
  /** The arguments as an object; null when what the model wrote is no JSON object. */
  argumentsObject?: Maybe<Scalars['JSONObject']['output']>;
  /** To be given back with the result. */
  id: Scalars['ID']['output'];
  /** The tool. */
  name: Scalars['String']['output'];
};

/** A tool call that the model made earlier in the conversation. */
export type ToolCallInput = {
  /** The arguments. */
  arguments: Scalars['JSONObject']['input'];
  /** The id that the model gave it. */
  id: Scalars['ID']['input'];
  /** The tool. */
  name: Scalars['String']['input'];
};

/** Whether the model calls tools: exactly one of these. */
export type ToolChoiceInput =
  /** Let the model decide, forbid tools, or demand one. */
  { mode: ToolChoiceMode; tool?: never; }
  |  /** Demand this tool. */
  { mode?: never; tool: Scalars['String']['input']; };

/** Whether the model calls tools. */
export type ToolChoiceMode =
  /** The model decides. */
  | 'AUTO'
  /** No tool. */
  | 'NONE'
  /** At least one tool. */
  | 'REQUIRED';

/** A function that the model may call. */
export type ToolInput = {
  /** What it does and when to call it. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Letters, digits, `_` and `-`, up to 64. */
  name: Scalars['String']['input'];
  /** JSON Schema of its arguments: an object. References may not form a cycle. */
  parameters: Scalars['JSONObject']['input'];
  /** The model must keep to the schema, where the target can make sure of that. */
  strict?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What a tool answered. */
export type ToolResultInput = {
  /** The answer. */
  content: Scalars['String']['input'];
  /** The tool failed, and the content says why. */
  isError?: InputMaybe<Scalars['Boolean']['input']>;
  /** The id of the tool call. */
  toolCallId: Scalars['ID']['input'];
};

/** What usage is summed by. */
export type UsageDimension =
  /** The application. */
  | 'APP'
  /** The day, in UTC. */
  | 'DAY'
  /** The hour, in UTC. */
  | 'HOUR'
  /** The key. */
  | 'KEY'
  /** The public model. */
  | 'MODEL'
  /** The operation. */
  | 'OPERATION'
  /** The provider. */
  | 'PROVIDER'
  /** The team. */
  | 'TEAM'
  /** The person. */
  | 'USER';

/** What a row of usage is of. */
export type UsageDimensionValue = {
  __typename?: 'UsageDimensionValue';
  /** The dimension. */
  dimension: UsageDimension;
  /** Its value. */
  value?: Maybe<Scalars['String']['output']>;
};

/** A sum of usage. */
export type UsageRow = {
  __typename?: 'UsageRow';
  /** How many of them the caller left. */
  aborted: Scalars['Int']['output'];
  /** How many calls. */
  calls: Scalars['Int']['output'];
  /** Of how many calls the tokens are estimates. */
  callsWithEstimatedUsage: Scalars['Int']['output'];
  /** How many calls have no known price. */
  callsWithUnknownCost: Scalars['Int']['output'];
  /** What the calls with a known price cost together. */
  cost: Cost;
  /** What the row is of: a value for each dimension asked for, in that order; null where calls have none. */
  dimensions: Array<UsageDimensionValue>;
  /** How many of them ended in an error. */
  errors: Scalars['Int']['output'];
  /** Tokens. */
  usage: TokenUsage;
};

/** Who is asking. */
export type Viewer = {
  __typename?: 'Viewer';
  /** The application. */
  app?: Maybe<Scalars['String']['output']>;
  /** The limits and budgets that hold for all models, with what is left of them. */
  budgets: Array<Budget>;
  /** The id of the key; null where the gateway is open. */
  keyId?: Maybe<Scalars['ID']['output']>;
  /** The models that may be asked. */
  models: Array<Model>;
  /** What may be done. */
  scopes: Array<Scalars['String']['output']>;
  /** The team. */
  team?: Maybe<Scalars['String']['output']>;
  /** The person. */
  user?: Maybe<Scalars['String']['output']>;
};

/** A picture to look at. */
export type VisionInput = {
  /** The picture. */
  image: ImageInput;
  /** BCP 47 tags of the languages to expect in it. */
  languages?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The public name of a model; the first vision model of the configuration without it. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** A question about it, for models that can talk. */
  question?: InputMaybe<Scalars['String']['input']>;
};

/** What a picture shows and says. Boxes are in pixels of the upright picture. */
export type VisionResult = {
  __typename?: 'VisionResult';
  /** Lines of text that belong together. */
  blocks: Array<TextBlock>;
  /** In words, from models that can talk. */
  description?: Maybe<Scalars['String']['output']>;
  /** What it says as a receipt or an invoice; null when it is neither. */
  document?: Maybe<DocumentFields>;
  /** Height of the upright picture in pixels. */
  height: Scalars['Int']['output'];
  /** How the answer came about. */
  meta: CallMeta;
  /** Things in it. */
  objects: Array<DetectedObject>;
  /** All text, line by line. */
  text: Scalars['String']['output'];
  /** Width of the upright picture in pixels. */
  width: Scalars['Int']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Call: Call;
  Model: Model;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Call:
    ( { __typename: 'Call' }
    & GraphQLRecursivePick<FederationTypes['Call'], {"id":true}> );
  Model:
    ( { __typename: 'Model' }
    & GraphQLRecursivePick<FederationTypes['Model'], {"name":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Attempt: ResolverTypeWrapper<Omit<Attempt, 'cost'> & { cost?: Maybe<ResolversTypes['Cost']> }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AttemptOutcome: AttemptOutcome;
  AudioInput: AudioInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Base64: ResolverTypeWrapper<Scalars['Base64']['output']>;
  Box: ResolverTypeWrapper<Box>;
  Branch: Branch;
  BreakerState: BreakerState;
  Budget: ResolverTypeWrapper<BudgetStatus>;
  BudgetPeriod: BudgetPeriod;
  BudgetScope: BudgetScope;
  BudgetUnit: BudgetUnit;
  Call: ResolverTypeWrapper<CallRecord>;
  CallConnection: ResolverTypeWrapper<CallPage>;
  CallEdge: ResolverTypeWrapper<Omit<CallEdge, 'node'> & { node: ResolversTypes['Call'] }>;
  CallFilter: CallFilter;
  CallMeta: ResolverTypeWrapper<CallMetaParent>;
  CallOutcome: CallOutcome;
  CallPayload: ResolverTypeWrapper<CallPayloadParent>;
  CallPicture: ResolverTypeWrapper<CallPictureParent>;
  CallSentiment: ResolverTypeWrapper<CallSentiment>;
  ChatDelta: ResolverTypeWrapper<ChatDeltaParent>;
  ChatDone: ResolverTypeWrapper<ChatDoneParent>;
  ChatError: ResolverTypeWrapper<ChatErrorParent>;
  ChatEvent: ResolverTypeWrapper<ChatStreamEvent>;
  ChatInput: ChatInput;
  ChatRestart: ResolverTypeWrapper<ChatRestartParent>;
  ChatResult: ResolverTypeWrapper<ChatAnswer>;
  ChatToolCallDelta: ResolverTypeWrapper<ChatToolCallDeltaParent>;
  CompositeMeta: ResolverTypeWrapper<CompositeMetaParent>;
  ContentPart: ResolverTypeWrapper<ContentPartParent>;
  ContentPartInput: ContentPartInput;
  Cost: ResolverTypeWrapper<CostParent>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DetectedObject: ResolverTypeWrapper<DetectedObject>;
  DocumentFields: ResolverTypeWrapper<DocumentFieldsParent>;
  DocumentItem: ResolverTypeWrapper<DocumentItem>;
  EmbedInput: EmbedInput;
  EmbedResult: ResolverTypeWrapper<EmbedAnswer>;
  Embedding: ResolverTypeWrapper<Embedding>;
  Emotion: ResolverTypeWrapper<Emotion>;
  EmotionName: EmotionName;
  ErrorCode: ErrorCode;
  ExplainedTarget: ResolverTypeWrapper<Omit<ExplainedTarget, 'cost'> & { cost: ResolversTypes['Cost'] }>;
  Explanation: ResolverTypeWrapper<ExplanationParent>;
  FinishReason: FinishReason;
  ImageInput: ImageInput;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  JsonSchemaFormatInput: JsonSchemaFormatInput;
  MaskedEntity: ResolverTypeWrapper<MaskedEntity>;
  Message: ResolverTypeWrapper<ChatAnswer>;
  MessageInput: MessageInput;
  Model: ResolverTypeWrapper<RoutedModel>;
  MultimodalBranchFailed: ResolverTypeWrapper<MultimodalParent<"failed">>;
  MultimodalChatEvent: ResolverTypeWrapper<MultimodalParent<"chat">>;
  MultimodalDone: ResolverTypeWrapper<MultimodalParent<"done">>;
  MultimodalEmbedEvent: ResolverTypeWrapper<MultimodalParent<"embed">>;
  MultimodalEvent: ResolverTypeWrapper<MultimodalEventParent>;
  MultimodalInput: MultimodalInput;
  MultimodalResult: ResolverTypeWrapper<MultimodalResultParent>;
  MultimodalSentimentEvent: ResolverTypeWrapper<MultimodalParent<"sentiment">>;
  MultimodalVisionEvent: ResolverTypeWrapper<MultimodalParent<"vision">>;
  Operation: Operation;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PlanStep: ResolverTypeWrapper<PlanStep>;
  Priority: Priority;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ResponseFormatInput: ResponseFormatInput;
  ResponseFormatType: ResponseFormatType;
  Role: Role;
  RouteStrategy: RouteStrategy;
  SentimentInput: SentimentInput;
  SentimentLabel: SentimentLabel;
  SentimentOpinion: ResolverTypeWrapper<SentimentOpinion>;
  SentimentResult: ResolverTypeWrapper<SentimentAnswer>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TargetHealth: ResolverTypeWrapper<TargetHealth>;
  TextBlock: ResolverTypeWrapper<TextBlock>;
  TextLine: ResolverTypeWrapper<TextLine>;
  TextPart: ResolverTypeWrapper<TextPartParent>;
  TokenUsage: ResolverTypeWrapper<TokenUsage>;
  ToolCall: ResolverTypeWrapper<ToolCallParent>;
  ToolCallInput: ToolCallInput;
  ToolChoiceInput: ToolChoiceInput;
  ToolChoiceMode: ToolChoiceMode;
  ToolInput: ToolInput;
  ToolResultInput: ToolResultInput;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  UsageDimension: UsageDimension;
  UsageDimensionValue: ResolverTypeWrapper<UsageDimensionValue>;
  UsageRow: ResolverTypeWrapper<UsageRowParent>;
  Viewer: ResolverTypeWrapper<Principal>;
  VisionInput: VisionInput;
  VisionResult: ResolverTypeWrapper<VisionAnswer>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Attempt: Omit<Attempt, 'cost'> & { cost?: Maybe<ResolversParentTypes['Cost']> };
  Float: Scalars['Float']['output'];
  AudioInput: AudioInput;
  ID: Scalars['ID']['output'];
  Base64: Scalars['Base64']['output'];
  Box: Box;
  Budget: BudgetStatus;
  Call: CallRecord;
  CallConnection: CallPage;
  CallEdge: Omit<CallEdge, 'node'> & { node: ResolversParentTypes['Call'] };
  CallFilter: CallFilter;
  CallMeta: CallMetaParent;
  CallPayload: CallPayloadParent;
  CallPicture: CallPictureParent;
  CallSentiment: CallSentiment;
  ChatDelta: ChatDeltaParent;
  ChatDone: ChatDoneParent;
  ChatError: ChatErrorParent;
  ChatEvent: ChatStreamEvent;
  ChatInput: ChatInput;
  ChatRestart: ChatRestartParent;
  ChatResult: ChatAnswer;
  ChatToolCallDelta: ChatToolCallDeltaParent;
  CompositeMeta: CompositeMetaParent;
  ContentPart: ContentPartParent;
  ContentPartInput: ContentPartInput;
  Cost: CostParent;
  DateTime: Scalars['DateTime']['output'];
  DetectedObject: DetectedObject;
  DocumentFields: DocumentFieldsParent;
  DocumentItem: DocumentItem;
  EmbedInput: EmbedInput;
  EmbedResult: EmbedAnswer;
  Embedding: Embedding;
  Emotion: Emotion;
  ExplainedTarget: Omit<ExplainedTarget, 'cost'> & { cost: ResolversParentTypes['Cost'] };
  Explanation: ExplanationParent;
  ImageInput: ImageInput;
  JSONObject: Scalars['JSONObject']['output'];
  JsonSchemaFormatInput: JsonSchemaFormatInput;
  MaskedEntity: MaskedEntity;
  Message: ChatAnswer;
  MessageInput: MessageInput;
  Model: RoutedModel;
  MultimodalBranchFailed: MultimodalParent<"failed">;
  MultimodalChatEvent: MultimodalParent<"chat">;
  MultimodalDone: MultimodalParent<"done">;
  MultimodalEmbedEvent: MultimodalParent<"embed">;
  MultimodalEvent: MultimodalEventParent;
  MultimodalInput: MultimodalInput;
  MultimodalResult: MultimodalResultParent;
  MultimodalSentimentEvent: MultimodalParent<"sentiment">;
  MultimodalVisionEvent: MultimodalParent<"vision">;
  PageInfo: PageInfo;
  PlanStep: PlanStep;
  Query: Record<PropertyKey, never>;
  ResponseFormatInput: ResponseFormatInput;
  SentimentInput: SentimentInput;
  SentimentOpinion: SentimentOpinion;
  SentimentResult: SentimentAnswer;
  Subscription: Record<PropertyKey, never>;
  TargetHealth: TargetHealth;
  TextBlock: TextBlock;
  TextLine: TextLine;
  TextPart: TextPartParent;
  TokenUsage: TokenUsage;
  ToolCall: ToolCallParent;
  ToolCallInput: ToolCallInput;
  ToolChoiceInput: ToolChoiceInput;
  ToolInput: ToolInput;
  ToolResultInput: ToolResultInput;
  URL: Scalars['URL']['output'];
  UsageDimensionValue: UsageDimensionValue;
  UsageRow: UsageRowParent;
  Viewer: Principal;
  VisionInput: VisionInput;
  VisionResult: VisionAnswer;
  Boolean: Scalars['Boolean']['output'];
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
};

export type DeferDirectiveArgs = {
  if?: Scalars['Boolean']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type DeferDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = DeferDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type MaskDirectiveArgs = {
  unlessScope: Scalars['String']['input'];
};

export type MaskDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = MaskDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SensitiveDirectiveArgs = {
  kinds?: Maybe<Array<Scalars['String']['input']>>;
};

export type SensitiveDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = SensitiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type StreamDirectiveArgs = {
  if?: Scalars['Boolean']['input'];
  initialCount?: Scalars['Int']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type StreamDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = StreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AttemptResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Attempt'] = ResolversParentTypes['Attempt']> = {
  cost?: Resolver<Maybe<ResolversTypes['Cost']>, ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['AttemptOutcome'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  targetModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  usage?: Resolver<Maybe<ResolversTypes['TokenUsage']>, ParentType, ContextType>;
};

export interface Base64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Base64'], any> {
  name: 'Base64';
}

export type BoxResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Box'] = ResolversParentTypes['Box']> = {
  height?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  x?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  y?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type BudgetResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Budget'] = ResolversParentTypes['Budget']> = {
  amount?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  per?: Resolver<Maybe<ResolversTypes['BudgetPeriod']>, ParentType, ContextType>;
  reserved?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  resetsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['BudgetScope'], ParentType, ContextType>;
  sliding?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  soft?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['BudgetUnit'], ParentType, ContextType>;
};

export type CallResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Call'] = ResolversParentTypes['Call'], FederationReferenceType extends FederationReferenceTypes['Call'] = FederationReferenceTypes['Call']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Call']> | FederationReferenceType, FederationReferenceType, ContextType>;
  app?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  attempts?: Resolver<Array<ResolversTypes['Attempt']>, ParentType, ContextType>;
  cached?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cost?: Resolver<ResolversTypes['Cost'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['ErrorCode']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  keyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  masked?: Resolver<Array<ResolversTypes['MaskedEntity']>, ParentType, ContextType>;
  metadata?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  model?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['Operation'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['CallOutcome'], ParentType, ContextType>;
  payload?: Resolver<Maybe<ResolversTypes['CallPayload']>, ParentType, ContextType>;
  provider?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sentiment?: Resolver<Maybe<ResolversTypes['CallSentiment']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  streamed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  targetModel?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  team?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timeToFirstTokenMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['TokenUsage'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CallConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallConnection'] = ResolversParentTypes['CallConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CallEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Call']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CallEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallEdge'] = ResolversParentTypes['CallEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Call'], ParentType, ContextType>;
};

export type CallMetaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallMeta'] = ResolversParentTypes['CallMeta']> = {
  attempts?: Resolver<Array<ResolversTypes['Attempt']>, ParentType, ContextType>;
  cached?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  call?: Resolver<Maybe<ResolversTypes['Call']>, ParentType, ContextType>;
  cost?: Resolver<ResolversTypes['Cost'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  masked?: Resolver<Array<ResolversTypes['MaskedEntity']>, ParentType, ContextType>;
  model?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  targetModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeToFirstTokenMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['TokenUsage'], ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CallPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallPayload'] = ResolversParentTypes['CallPayload']> = {
  answer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pictures?: Resolver<Maybe<Array<ResolversTypes['CallPicture']>>, ParentType, ContextType>;
  prompt?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CallPictureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallPicture'] = ResolversParentTypes['CallPicture']> = {
  bytes?: Resolver<Maybe<ResolversTypes['Base64']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CallSentimentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CallSentiment'] = ResolversParentTypes['CallSentiment']> = {
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['SentimentLabel'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ChatDeltaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatDelta'] = ResolversParentTypes['ChatDelta']> = {
  reasoning?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatDoneResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatDone'] = ResolversParentTypes['ChatDone']> = {
  finishReason?: Resolver<ResolversTypes['FinishReason'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['CallMeta'], ParentType, ContextType>;
  reasoning?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  toolCalls?: Resolver<Array<ResolversTypes['ToolCall']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatError'] = ResolversParentTypes['ChatError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfterMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatEvent'] = ResolversParentTypes['ChatEvent']> = {
  __resolveType: TypeResolveFn<'ChatDelta' | 'ChatDone' | 'ChatError' | 'ChatRestart' | 'ChatToolCallDelta', ParentType, ContextType>;
};

export type ChatRestartResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatRestart'] = ResolversParentTypes['ChatRestart']> = {
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatResult'] = ResolversParentTypes['ChatResult']> = {
  finishReason?: Resolver<ResolversTypes['FinishReason'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['CallMeta'], ParentType, ContextType>;
  reasoning?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  toolCalls?: Resolver<Array<ResolversTypes['ToolCall']>, ParentType, ContextType>;
};

export type ChatToolCallDeltaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChatToolCallDelta'] = ResolversParentTypes['ChatToolCallDelta']> = {
  arguments?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CompositeMetaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CompositeMeta'] = ResolversParentTypes['CompositeMeta']> = {
  cost?: Resolver<ResolversTypes['Cost'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  pending?: Resolver<Array<ResolversTypes['Branch']>, ParentType, ContextType>;
  plan?: Resolver<Array<ResolversTypes['PlanStep']>, ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['TokenUsage'], ParentType, ContextType>;
};

export type ContentPartResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ContentPart'] = ResolversParentTypes['ContentPart']> = {
  __resolveType: TypeResolveFn<'TextPart' | 'ToolCall', ParentType, ContextType>;
};

export type CostResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Cost'] = ResolversParentTypes['Cost']> = {
  known?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  usd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DetectedObjectResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DetectedObject'] = ResolversParentTypes['DetectedObject']> = {
  box?: Resolver<ResolversTypes['Box'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DocumentFieldsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DocumentFields'] = ResolversParentTypes['DocumentFields']> = {
  currency?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  date?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  items?: Resolver<Array<ResolversTypes['DocumentItem']>, ParentType, ContextType>;
  merchant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type DocumentItemResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DocumentItem'] = ResolversParentTypes['DocumentItem']> = {
  amount?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type EmbedResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EmbedResult'] = ResolversParentTypes['EmbedResult']> = {
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  embeddings?: Resolver<Array<ResolversTypes['Embedding']>, ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['CallMeta'], ParentType, ContextType>;
};

export type EmbeddingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Embedding'] = ResolversParentTypes['Embedding']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  vector?: Resolver<Array<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type EmotionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Emotion'] = ResolversParentTypes['Emotion']> = {
  name?: Resolver<ResolversTypes['EmotionName'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ExplainedTargetResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExplainedTarget'] = ResolversParentTypes['ExplainedTarget']> = {
  cost?: Resolver<ResolversTypes['Cost'], ParentType, ContextType>;
  health?: Resolver<ResolversTypes['TargetHealth'], ParentType, ContextType>;
  place?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  targetModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ExplanationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Explanation'] = ResolversParentTypes['Explanation']> = {
  errorCode?: Resolver<Maybe<ResolversTypes['ErrorCode']>, ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  inputTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outputTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  strategy?: Resolver<ResolversTypes['RouteStrategy'], ParentType, ContextType>;
  targets?: Resolver<Array<ResolversTypes['ExplainedTarget']>, ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type MaskedEntityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MaskedEntity'] = ResolversParentTypes['MaskedEntity']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MessageResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message']> = {
  content?: Resolver<Array<ResolversTypes['ContentPart']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type ModelResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model'], FederationReferenceType extends FederationReferenceTypes['Model'] = FederationReferenceTypes['Model']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Model']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isEnsemble?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['Operation'], ParentType, ContextType>;
  targets?: Resolver<Maybe<Array<ResolversTypes['TargetHealth']>>, ParentType, ContextType>;
};

export type MultimodalBranchFailedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalBranchFailed'] = ResolversParentTypes['MultimodalBranchFailed']> = {
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfterMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MultimodalChatEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalChatEvent'] = ResolversParentTypes['MultimodalChatEvent']> = {
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  chat?: Resolver<ResolversTypes['ChatEvent'], ParentType, ContextType, RequireFields<MultimodalChatEventChatArgs, 'images'>>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MultimodalDoneResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalDone'] = ResolversParentTypes['MultimodalDone']> = {
  meta?: Resolver<ResolversTypes['CompositeMeta'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MultimodalEmbedEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalEmbedEvent'] = ResolversParentTypes['MultimodalEmbedEvent']> = {
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  embed?: Resolver<ResolversTypes['EmbedResult'], ParentType, ContextType, Partial<MultimodalEmbedEventEmbedArgs>>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MultimodalEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalEvent'] = ResolversParentTypes['MultimodalEvent']> = {
  __resolveType: TypeResolveFn<'MultimodalBranchFailed' | 'MultimodalChatEvent' | 'MultimodalDone' | 'MultimodalEmbedEvent' | 'MultimodalSentimentEvent' | 'MultimodalVisionEvent', ParentType, ContextType>;
};

export type MultimodalResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalResult'] = ResolversParentTypes['MultimodalResult']> = {
  chat?: Resolver<Maybe<ResolversTypes['ChatResult']>, ParentType, ContextType, RequireFields<MultimodalResultChatArgs, 'images'>>;
  embed?: Resolver<Maybe<ResolversTypes['EmbedResult']>, ParentType, ContextType, Partial<MultimodalResultEmbedArgs>>;
  meta?: Resolver<ResolversTypes['CompositeMeta'], ParentType, ContextType>;
  sentiment?: Resolver<Maybe<ResolversTypes['SentimentResult']>, ParentType, ContextType, Partial<MultimodalResultSentimentArgs>>;
  vision?: Resolver<Maybe<Array<ResolversTypes['VisionResult']>>, ParentType, ContextType, Partial<MultimodalResultVisionArgs>>;
};

export type MultimodalSentimentEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalSentimentEvent'] = ResolversParentTypes['MultimodalSentimentEvent']> = {
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  sentiment?: Resolver<ResolversTypes['SentimentResult'], ParentType, ContextType, Partial<MultimodalSentimentEventSentimentArgs>>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MultimodalVisionEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MultimodalVisionEvent'] = ResolversParentTypes['MultimodalVisionEvent']> = {
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  vision?: Resolver<ResolversTypes['VisionResult'], ParentType, ContextType, Partial<MultimodalVisionEventVisionArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanStepResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PlanStep'] = ResolversParentTypes['PlanStep']> = {
  after?: Resolver<Array<ResolversTypes['Branch']>, ParentType, ContextType>;
  branch?: Resolver<ResolversTypes['Branch'], ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  calls?: Resolver<ResolversTypes['CallConnection'], ParentType, ContextType, Partial<QueryCallsArgs>>;
  chat?: Resolver<ResolversTypes['ChatResult'], ParentType, ContextType, RequireFields<QueryChatArgs, 'input'>>;
  embed?: Resolver<ResolversTypes['EmbedResult'], ParentType, ContextType, RequireFields<QueryEmbedArgs, 'input'>>;
  explain?: Resolver<ResolversTypes['Explanation'], ParentType, ContextType, RequireFields<QueryExplainArgs, 'input'>>;
  models?: Resolver<Array<ResolversTypes['Model']>, ParentType, ContextType, Partial<QueryModelsArgs>>;
  multimodal?: Resolver<ResolversTypes['MultimodalResult'], ParentType, ContextType, RequireFields<QueryMultimodalArgs, 'input'>>;
  sentiment?: Resolver<ResolversTypes['SentimentResult'], ParentType, ContextType, RequireFields<QuerySentimentArgs, 'input'>>;
  usage?: Resolver<Array<ResolversTypes['UsageRow']>, ParentType, ContextType, RequireFields<QueryUsageArgs, 'by' | 'from'>>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  vision?: Resolver<ResolversTypes['VisionResult'], ParentType, ContextType, RequireFields<QueryVisionArgs, 'input'>>;
};

export type SentimentOpinionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SentimentOpinion'] = ResolversParentTypes['SentimentOpinion']> = {
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['SentimentLabel'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  targetModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  weight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SentimentResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SentimentResult'] = ResolversParentTypes['SentimentResult']> = {
  agreement?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  emotions?: Resolver<Array<ResolversTypes['Emotion']>, ParentType, ContextType>;
  label?: Resolver<ResolversTypes['SentimentLabel'], ParentType, ContextType>;
  language?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['CallMeta'], ParentType, ContextType>;
  opinions?: Resolver<Array<ResolversTypes['SentimentOpinion']>, ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  chat?: SubscriptionResolver<ResolversTypes['ChatEvent'], "chat", ParentType, ContextType, RequireFields<SubscriptionChatArgs, 'input'>>;
  multimodal?: SubscriptionResolver<ResolversTypes['MultimodalEvent'], "multimodal", ParentType, ContextType, RequireFields<SubscriptionMultimodalArgs, 'input'>>;
};

export type TargetHealthResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TargetHealth'] = ResolversParentTypes['TargetHealth']> = {
  breaker?: Resolver<ResolversTypes['BreakerState'], ParentType, ContextType>;
  breakerReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstTokenMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  perTokenMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  targetModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  waitMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type TextBlockResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TextBlock'] = ResolversParentTypes['TextBlock']> = {
  box?: Resolver<ResolversTypes['Box'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['TextLine']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TextLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TextLine'] = ResolversParentTypes['TextLine']> = {
  box?: Resolver<ResolversTypes['Box'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TextPartResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TextPart'] = ResolversParentTypes['TextPart']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TokenUsageResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TokenUsage'] = ResolversParentTypes['TokenUsage']> = {
  audioInput?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  audioOutput?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cacheWrite?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cachedInput?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  imageInput?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  input?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  output?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reasoning?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reported?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  serviceTier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ToolCallResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ToolCall'] = ResolversParentTypes['ToolCall']> = {
  arguments?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  argumentsObject?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UsageDimensionValueResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UsageDimensionValue'] = ResolversParentTypes['UsageDimensionValue']> = {
  dimension?: Resolver<ResolversTypes['UsageDimension'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UsageRowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UsageRow'] = ResolversParentTypes['UsageRow']> = {
  aborted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  callsWithEstimatedUsage?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  callsWithUnknownCost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cost?: Resolver<ResolversTypes['Cost'], ParentType, ContextType>;
  dimensions?: Resolver<Array<ResolversTypes['UsageDimensionValue']>, ParentType, ContextType>;
  errors?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  usage?: Resolver<ResolversTypes['TokenUsage'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  app?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  budgets?: Resolver<Array<ResolversTypes['Budget']>, ParentType, ContextType>;
  keyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  models?: Resolver<Array<ResolversTypes['Model']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  team?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VisionResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['VisionResult'] = ResolversParentTypes['VisionResult']> = {
  blocks?: Resolver<Array<ResolversTypes['TextBlock']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  document?: Resolver<Maybe<ResolversTypes['DocumentFields']>, ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['CallMeta'], ParentType, ContextType>;
  objects?: Resolver<Array<ResolversTypes['DetectedObject']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  Attempt?: AttemptResolvers<ContextType>;
  Base64?: GraphQLScalarType;
  Box?: BoxResolvers<ContextType>;
  Budget?: BudgetResolvers<ContextType>;
  Call?: CallResolvers<ContextType>;
  CallConnection?: CallConnectionResolvers<ContextType>;
  CallEdge?: CallEdgeResolvers<ContextType>;
  CallMeta?: CallMetaResolvers<ContextType>;
  CallPayload?: CallPayloadResolvers<ContextType>;
  CallPicture?: CallPictureResolvers<ContextType>;
  CallSentiment?: CallSentimentResolvers<ContextType>;
  ChatDelta?: ChatDeltaResolvers<ContextType>;
  ChatDone?: ChatDoneResolvers<ContextType>;
  ChatError?: ChatErrorResolvers<ContextType>;
  ChatEvent?: ChatEventResolvers<ContextType>;
  ChatRestart?: ChatRestartResolvers<ContextType>;
  ChatResult?: ChatResultResolvers<ContextType>;
  ChatToolCallDelta?: ChatToolCallDeltaResolvers<ContextType>;
  CompositeMeta?: CompositeMetaResolvers<ContextType>;
  ContentPart?: ContentPartResolvers<ContextType>;
  Cost?: CostResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DetectedObject?: DetectedObjectResolvers<ContextType>;
  DocumentFields?: DocumentFieldsResolvers<ContextType>;
  DocumentItem?: DocumentItemResolvers<ContextType>;
  EmbedResult?: EmbedResultResolvers<ContextType>;
  Embedding?: EmbeddingResolvers<ContextType>;
  Emotion?: EmotionResolvers<ContextType>;
  ExplainedTarget?: ExplainedTargetResolvers<ContextType>;
  Explanation?: ExplanationResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  MaskedEntity?: MaskedEntityResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  MultimodalBranchFailed?: MultimodalBranchFailedResolvers<ContextType>;
  MultimodalChatEvent?: MultimodalChatEventResolvers<ContextType>;
  MultimodalDone?: MultimodalDoneResolvers<ContextType>;
  MultimodalEmbedEvent?: MultimodalEmbedEventResolvers<ContextType>;
  MultimodalEvent?: MultimodalEventResolvers<ContextType>;
  MultimodalResult?: MultimodalResultResolvers<ContextType>;
  MultimodalSentimentEvent?: MultimodalSentimentEventResolvers<ContextType>;
  MultimodalVisionEvent?: MultimodalVisionEventResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlanStep?: PlanStepResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SentimentOpinion?: SentimentOpinionResolvers<ContextType>;
  SentimentResult?: SentimentResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TargetHealth?: TargetHealthResolvers<ContextType>;
  TextBlock?: TextBlockResolvers<ContextType>;
  TextLine?: TextLineResolvers<ContextType>;
  TextPart?: TextPartResolvers<ContextType>;
  TokenUsage?: TokenUsageResolvers<ContextType>;
  ToolCall?: ToolCallResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UsageDimensionValue?: UsageDimensionValueResolvers<ContextType>;
  UsageRow?: UsageRowResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  VisionResult?: VisionResultResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  defer?: DeferDirectiveResolver<any, any, ContextType>;
  mask?: MaskDirectiveResolver<any, any, ContextType>;
  sensitive?: SensitiveDirectiveResolver<any, any, ContextType>;
  stream?: StreamDirectiveResolver<any, any, ContextType>;
};
