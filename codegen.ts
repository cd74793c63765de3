import type { CodegenConfig } from '@graphql-codegen/cli';

const scalars = {
  URL: 'string',
  Base64: 'string',
  _FieldSet: 'string',
  _Any: 'unknown',
  DateTime: { input: 'Date', output: 'Date' },
  JSONObject: '../../canonical/chat.ts#JsonObject',
};

/** What the resolvers are given as a parent, where it is not the type of the schema: `file#type` below `src/`. */
const mappers = {
  ChatResult: '../../operations/chat/answer.ts#ChatAnswer',
  ChatEvent: '../../operations/chat/chat.ts#ChatStreamEvent',
  ChatDelta: '../parents.ts#ChatDeltaParent',
  ChatToolCallDelta: '../parents.ts#ChatToolCallDeltaParent',
  ChatRestart: '../parents.ts#ChatRestartParent',
  ChatDone: '../parents.ts#ChatDoneParent',
  ChatError: '../parents.ts#ChatErrorParent',
  Message: '../../operations/chat/answer.ts#ChatAnswer',
  ContentPart: '../parents.ts#ContentPartParent',
  TextPart: '../parents.ts#TextPartParent',
  ToolCall: '../parents.ts#ToolCallParent',
  SentimentResult: '../../operations/sentiment.ts#SentimentAnswer',
  VisionResult: '../../operations/vision.ts#VisionAnswer',
  DocumentFields: '../../canonical/results.ts#DocumentFields as DocumentFieldsParent',
  EmbedResult: '../../operations/embed.ts#EmbedAnswer',
  MultimodalResult: '../parents.ts#MultimodalResultParent',
  CompositeMeta: '../parents.ts#CompositeMetaParent',
  MultimodalEvent: '../parents.ts#MultimodalEventParent',
  MultimodalChatEvent: '../parents.ts#MultimodalParent<"chat">',
  MultimodalSentimentEvent: '../parents.ts#MultimodalParent<"sentiment">',
  MultimodalVisionEvent: '../parents.ts#MultimodalParent<"vision">',
  MultimodalEmbedEvent: '../parents.ts#MultimodalParent<"embed">',
  MultimodalBranchFailed: '../parents.ts#MultimodalParent<"failed">',
  MultimodalDone: '../parents.ts#MultimodalParent<"done">',
  CallMeta: '../../canonical/call.ts#CallMeta as CallMetaParent',
  Cost: '../parents.ts#CostParent',
  Model: '../../routing/target.ts#RoutedModel',
  Explanation: '../../operations/explain.ts#Explanation as ExplanationParent',
  Viewer: '../../canonical/call.ts#Principal',
  Budget: '../../ledger/ledger.ts#BudgetStatus',
  Call: '../../ledger/ledger.ts#CallRecord',
  CallPayload: '../parents.ts#CallPayloadParent',
  CallPicture: '../parents.ts#CallPictureParent',
  CallConnection: '../parents.ts#CallPage',
  UsageRow: '../parents.ts#UsageRowParent',
};

const SCHEMA = 'schema/*.graphql';

/** Typed documents of the client programs in a folder, and their manifest of persisted documents. */
function client(folder: string, schema: string[]): CodegenConfig['generates'] {
  return {
    [`${folder}/generated/`]: {
      preset: 'client',
      schema,
      documents: [`${folder}/*.ts`],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' }, skipIndexFile: true },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        scalars: { URL: 'string', Base64: 'string', DateTime: 'string', JSONObject: 'Record<string, unknown>' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  };
}

const config: CodegenConfig = {
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    'src/graphql/generated/resolvers.ts': {
      schema: SCHEMA,
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../context.ts#RequestContext',
        enumsAsTypes: true,
        federation: true,
        mappers,
        scalars,
        strictScalars: true,
        useTypeImports: true,
        inputMaybeValue: 'T | null | undefined',
        resolverTypeWrapperSignature: 'Promise<T> | T',
      },
    },
    ...client('examples/clients', [SCHEMA]),
    ...client('examples/federation', [SCHEMA, 'examples/federation/reviews.graphql']),
  },
};

export default config;
