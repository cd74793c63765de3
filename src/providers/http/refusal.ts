/** Headers of an answer, names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

export function isGood(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** One value of a header, the first of several; undefined where there is none. */
export function headerOf(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

/** An answer with a status that is not 2xx. What the vendor says in it may quote the request. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal';
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body as JSON, or as text where it is none. */
  readonly body: unknown;

  constructor(status: number, headers: ResponseHeaders, text: string) {
    super(`${status} ${text.slice(0, 1_000)}`);
    this.status = status;
    this.headers = headers;
    this.body = parsed(text);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
