/**
 * Writes all generated files: the server's resolver types, the clients' typed documents, and the JSON Schema of the
 * config. With `--check` it writes nothing and fails when one of them is stale.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import codegen from '../codegen.ts';
import { renderConfigJsonSchema } from '../src/config/json-schema.ts';

const check = process.argv.includes('--check');
const root = new URL('../', import.meta.url);
const cwd = fileURLToPath(root);
// The plugins write import paths that are relative to it.
process.chdir(cwd);

const files = [
  ...(await generate({ ...codegen, silent: true, cwd }, false)),
  { filename: 'gateway.schema.json', content: renderConfigJsonSchema() },
];

const stale: string[] = [];
for (const { filename, content } of files) {
  const path = new URL(filename, root);
  if ((await readFile(path, 'utf8').catch(() => null)) === content) continue;
  stale.push(filename);
  if (check) continue;
  await mkdir(new URL('./', path), { recursive: true });
  await writeFile(path, content);
}
if (stale.length === 0) console.log(`${files.length} generated files are up to date.`);
else if (check) {
  console.error(`Stale: ${stale.join(', ')}. Run \`npm run generate\`.`);
  process.exitCode = 1;
} else console.log(`Written: ${stale.join(', ')}`);
