/** What this gateway calls itself. Nothing of the machine that it runs on. */
const USER_AGENT = 'Kanon';

/**
 * Headers of every request to a vendor. Names in lower case; a later one replaces an earlier one of the same name.
 * Nothing here unpacks a compressed answer, so that none is asked for.
 */
export function vendorHeaders(...given: readonly Readonly<Record<string, string | undefined>>[]): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': USER_AGENT };
  for (const some of given) {
    for (const [name, value] of Object.entries(some)) {
      if (value !== undefined) headers[name.toLowerCase()] = value;
    }
  }
  delete headers['content-length'];
  return { ...headers, 'content-type': 'application/json', 'accept-encoding': 'identity' };
}
