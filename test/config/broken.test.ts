import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.ts';
import { parseConfig } from '../../src/config/parse.ts';

const folder = new URL('./broken/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

function refusal(source: string): ConfigError {
  try {
    parseConfig(source, 'gateway.yaml', {});
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('a broken file is refused, and the message says how to mend it', () => {
  it.each(files)('%s', async (file) => {
    const source = readFileSync(new URL(file, folder), 'utf8');
    const error = refusal(source);
    await expect(`${error.code}\n${error.message}\n`).toMatchFileSnapshot(`./broken/${basename(file, '.yaml')}.txt`);
  });

  it.each(files)('%s: problems are in the order of the file and lie within it', (file) => {
    const source = readFileSync(new URL(file, folder), 'utf8');
    const lines = source.split('\n');
    const { problems } = refusal(source);
    expect(problems.length).toBeGreaterThan(0);
    for (const [index, problem] of problems.entries()) {
      expect(problem.line).toBeGreaterThanOrEqual(problems[index - 1]?.line ?? 1);
      expect(problem.column).toBeGreaterThanOrEqual(1);
      expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1]?.length ?? 0) + 1);
    }
  });
});
