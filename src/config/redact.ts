const CREDENTIALS_IN_URL = /(:\/\/)[^\s@"']+(?=@)/g;
const SECRET = /((?:api[-_]?key|authorization|secret|password|token)["']?\s*:\s*(?:[|>][-+\d]*\s*)?)(?!["']?\$\{)(\S.*)/gi;

/** Stars in place of user names and passwords in addresses. Positions stay as they are. */
export function hideCredentials(text: string): string {
  return text.replace(CREDENTIALS_IN_URL, (found, slashes: string) => slashes + '*'.repeat(found.length - slashes.length));
}

/**
 * Stars in place of whatever follows a key that names a secret, to the end of its line: for a file that is not
 * YAML, where nobody can tell how far the value goes.
 */
export function hideSecrets(text: string): string {
  return text.replace(SECRET, (_, key: string, value: string) => key + '*'.repeat(value.length));
}
