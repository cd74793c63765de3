const READ = 2_000;

let detect: ((text: string) => string) | null = null;

/** Loads what tells languages apart; only where a rule asks for one. */
export async function loadLanguages(): Promise<void> {
  if (detect === null) ({ detect } = await import('tinyld'));
}

/** ISO 639-1 code of a text's language by its first 2,000 characters; empty when it cannot be told. */
export function languageOf(texts: Iterable<string>): string {
  let text = '';
  for (const piece of texts) {
    text += `${piece}\n`;
    if (text.length >= READ) break;
  }
  return detect?.(text.slice(0, READ)) ?? '';
}
