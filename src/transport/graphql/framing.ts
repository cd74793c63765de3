import type { IncrementalFormat } from '../../graphql/execution/executor.ts';

/** How the parts of an answer are written to an HTTP response. */
export interface Framing {
  contentType: string;
  incremental: IncrementalFormat;
  /** Before the first part. */
  start: string;
  /** @param json the part as it was executed */
  part(json: string): string;
  /** After the last part. */
  end: string;
  /** Between parts, while there are none, so that nobody on the way takes the silence for a death. */
  heartbeat: string;
}

/**
 * Server-sent events, in the distinct-connections mode of GraphQL over SSE
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): `next` for each part, then one `complete`.
 */
const SSE: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  incremental: 'v0.2',
  start: ':\n\n',
  part: (json) => `event: next\ndata: ${json}\n\n`,
  end: 'event: complete\ndata:\n\n',
  heartbeat: ':\n\n',
};

const BOUNDARY = '-';

function multipart(parameters: string, incremental: IncrementalFormat, wrap = (json: string): string => json): Framing {
  return {
    contentType: `multipart/mixed; boundary="${BOUNDARY}"; ${parameters}`,
    incremental,
    start: '',
    part: (json) => `\r\n--${BOUNDARY}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${wrap(json)}`,
    end: `\r\n--${BOUNDARY}--\r\n`,
    heartbeat: '',
  };
}

/** Incremental delivery over HTTP (https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md). */
const MULTIPART_2022 = multipart('deferSpec=20220824', 'v0.1');
const MULTIPART_V02 = multipart('incrementalSpec=v0.2', 'v0.2');
/** Subscriptions over multipart HTTP (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol). */
const MULTIPART_SUBSCRIPTION: Framing = {
  ...multipart('subscriptionSpec=1.0', 'v0.1', (json) => `{"payload":${json}}`),
  heartbeat: `\r\n--${BOUNDARY}\r\ncontent-type: application/json\r\n\r\n{}`,
};

/** The framing that a request accepts; null when it wants its answer in one piece. */
export function framingOf(accept: string | undefined): Framing | null {
  if (accept === undefined) return null;
  if (accept.includes('text/event-stream')) return SSE;
  if (!accept.includes('multipart/mixed')) return null;
  if (accept.includes('subscriptionSpec')) return MULTIPART_SUBSCRIPTION;
  return accept.includes('incrementalSpec=v0.2') ? MULTIPART_V02 : MULTIPART_2022;
}
