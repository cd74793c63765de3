import { AsyncLocalStorage } from 'node:async_hooks';

/** The `traceparent` of requests to vendors that are sent from within, whatever SDK sends them. */
export const outgoing = new AsyncLocalStorage<string>();
