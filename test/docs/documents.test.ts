import { readdirSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/canonical/errors.ts';
import { buildSchema } from '../../src/graphql/schema.ts';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

describe.each(DOCUMENTS)('%s', (path) => {
  const text = read(path);

  test('every GraphQL example fits the schema', () => {
    const schema = buildSchema();
    for (const block of blocks(text, 'graphql')) {
      // A block may also show a part of the schema itself.
      if (/^\s*(type|input|enum|union|extend|directive|scalar)\b/m.test(block) && !/^\s*(query|subscription|\{)/.test(block)) continue;
      expect(validate(schema, parse(block)), block).toEqual([]);
    }
  });

  test('every npm script and every file that it names is there', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:]+)/g)) expect(Object.keys(scripts), script).toContain(script);
    const folder = path.includes('/') ? 'docs/' : '';
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      expect(() => readdirOrFile(folder + link), `${path}: ${link}`).not.toThrow();
    }
  });
});

function readdirOrFile(path: string): unknown {
  const url = new URL(path, ROOT);
  try {
    return readFileSync(url);
  } catch {
    return readdirSync(url);
  }
}

test('the list of error codes is whole', () => {
  const listed = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(listed.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
});

test('the README has exactly two commands that set up everything', () => {
  const commands = blocks(read('README.md'), 'sh').filter((block) => block.includes('npm ci'));
  expect(commands).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
});
