import { pathToFileURL } from 'node:url';
import type { GraphQLFormattedError } from 'graphql';

/** Where Kanon is, and with which key. */
export interface ClientOptions {
  /** As Kanon prints it: `http://127.0.0.1:4000`. */
  url: string;
  key: string;
}

/** A document of `graphql(...)`, whichever folder it was generated for. */
export interface TypedDocument<Data, Variables> {
  toString(): string;
  __apiType?: ((variables: Variables) => Data) | undefined;
}

export interface Answer<Data> {
  data?: Data | null;
  errors?: readonly GraphQLFormattedError[];
}

/** Sends a typed document; the answer's type is the document's. That is all a client needs. */
export async function post<Data, Variables>(
  { url, key }: ClientOptions,
  document: TypedDocument<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: AbortSignal.timeout(120_000),
  });
  return (await response.json()) as Answer<Data>;
}

/** `KANON_URL` and `KANON_KEY`. */
export function optionsOfCommandLine(): ClientOptions {
  const { KANON_URL: url = 'http://127.0.0.1:4000', KANON_KEY: key = '' } = process.env;
  return { url, key };
}

/** Whether a module was started by itself, not imported. */
export function isMain(moduleUrl: string): boolean {
  return process.argv[1] !== undefined && moduleUrl === pathToFileURL(process.argv[1]).href;
}
