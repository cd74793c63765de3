import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** What each API's answers and events are in the types of its official SDK. */
const TYPES = { openai: ['ChatCompletion', 'ChatCompletionChunk'], responses: ['Response', 'ResponseStreamEvent'], anthropic: ['Message', 'RawMessageStreamEvent'] } as const;
const IMPORTS = `import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
`;
/** What this gateway adds, and a stream's ping, which the SDK does not type. */
const OURS = new Set(['kanon', 'reasoning_content']);
const folder = join(import.meta.dirname, 'files');

function literal(json: string): string {
  return JSON.stringify(JSON.parse(json), (name, value: unknown) => {
    if (OURS.has(name)) return undefined;
    // The SDK adds the text of a response by itself.
    return typeof value === 'object' && value !== null && 'object' in value && value.object === 'response' ? { ...value, output_text: '' } : value;
  });
}

/** Each answer of a golden file as a constant of its type. */
function constants(page: string, [whole, event]: readonly [string, string]): string[] {
  const answered = /=== answered ===\n200\n(.*?)\n\n=== warnings/s.exec(page)?.[1];
  const events = [...(page.split('=== streamed ===\n200\n')[1] ?? '').matchAll(/^data: (\{.*\})$/gm)].flatMap(([, data]) => data ?? []).filter((data) => data !== '{"type":"ping"}');
  return [...(answered === undefined ? [] : [`${whole} = ${literal(answered)}`]), ...events.map((data) => `${event} = ${literal(data)}`)];
}

test('every answer and every event of the golden files is of the types of the official SDKs', { timeout: 120_000 }, async () => {
  const lines: string[] = [];
  for (const [shape, types] of Object.entries(TYPES)) {
    for (const target of ['openai', 'anthropic']) {
      const pair = join(folder, `${shape}-to-${target}`);
      for (const file of await readdir(pair)) {
        const found = constants(await readFile(join(pair, file), 'utf8'), types);
        for (const constant of found) lines.push(`/* ${shape}-to-${target}/${file} */ export const a${lines.length}: ${constant};`);
      }
    }
  }
  expect(lines.length).toBeGreaterThan(300);
  const work = await mkdtemp(join(import.meta.dirname, 'typed-'));
  try {
    await writeFile(join(work, 'all.ts'), IMPORTS + lines.join('\n'));
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext', '--ignoreConfig', join(work, 'all.ts')];
    const { stdout } = await promisify(execFile)('tsc', flags).catch((error: { stdout: string }) => error);
    const wrong = stdout.split('\n').flatMap((line) => /\((\d+),/.exec(line)?.[1] ?? []).map((at) => lines[Number(at) - IMPORTS.split('\n').length]?.slice(0, 200));
    expect({ wrong, stdout }).toEqual({ wrong: [], stdout: '' });
  } finally {
    await rm(work, { recursive: true });
  }
});
