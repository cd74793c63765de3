import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChatChunk } from '../../../src/canonical/chat.ts';
import { answerStream, type StreamTranslator } from '../../../src/providers/http/answer-stream.ts';
import { ResponseBody } from '../../../src/providers/http/response-body.ts';

/** Streams of a vendor by name: those of this repository, and recorded ones where they lie beside it. */
export function wireFiles(vendor: string): { name: string; lines: string[] }[] {
  const folders = ['../../fixtures/wire/', '../../../../shared/wire/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith(`${vendor}-`) && name.endsWith('.chunks.txt'))
        .map((name) => ({
          name: `${folder.includes('fixtures') ? 'own' : 'recorded'} ${name}`,
          lines: readFileSync(folder + name, 'utf8').split('\n').filter((line) => line !== ''),
        })),
    );
}

/** Delivers bytes in these pieces, and then ends the connection or breaks it. */
export async function readPieces(
  translator: StreamTranslator,
  pieces: readonly Uint8Array[],
  ending: 'end' | 'break' = 'end',
): Promise<{ chunks: ChatChunk[]; error: unknown }> {
  const body = new ResponseBody({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
  for (const piece of pieces) body.push(piece);
  if (ending === 'end') body.end();
  else body.fail(new Error('other side closed'));
  const chunks: ChatChunk[] = [];
  try {
    for await (const batch of answerStream(body, translator, new AbortController().signal)) chunks.push(...batch);
    return { chunks, error: undefined };
  } catch (error) {
    return { chunks, error };
  }
}
