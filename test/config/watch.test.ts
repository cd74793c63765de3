import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadedConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type ConfigWatcher, watchConfig } from '../../src/config/watch.ts';

const GOOD = 'providers: { local: { kind: local } }\nmodels: { a: { operation: chat, targets: [{ provider: local, model: extractive }] } }\n';
const OTHER = GOOD.replace('a:', 'b:');
const BAD = GOOD.replace('extractive', 'nothing');

let folder = '';
let path = '';
let stop: AbortController;
let models: string[][];
let refused: unknown[];

async function watch(onChange: (loaded: LoadedConfig) => void | Promise<void> = () => {}): Promise<ConfigWatcher> {
  const { digest } = await loadConfig(path, {});
  return watchConfig(path, {}, {
    digest,
    signal: stop.signal,
    onChange: async (loaded) => {
      await onChange(loaded);
      models.push([...loaded.config.models.keys()]);
    },
    onRefused: (error) => refused.push(error),
  });
}

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });
/** Longer than a poll and a settling: what has not happened by then does not happen. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1500));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-watch-'));
  path = join(folder, 'gateway.yaml');
  await writeFile(path, GOOD);
  stop = new AbortController();
  models = [];
  refused = [];
});
afterEach(async () => {
  stop.abort();
  await rm(folder, { recursive: true });
});

describe('a changed file', () => {
  it('takes effect when it is written', async () => {
    await watch();
    await writeFile(path, OTHER);
    await soon(() => expect(models).toEqual([['b']]));
  });

  it('takes effect when it is replaced, as editors do, again and again', async () => {
    await watch();
    for (const [round, content] of [OTHER, GOOD, OTHER].entries()) {
      await writeFile(`${path}.tmp`, content);
      await rename(`${path}.tmp`, path);
      await soon(() => expect(models).toHaveLength(round + 1));
    }
    expect(models).toEqual([['b'], ['a'], ['b']]);
  });

  it('takes effect when a link is turned to another file', async () => {
    const link = join(folder, 'link.yaml');
    await writeFile(join(folder, 'other.yaml'), OTHER);
    await symlink('gateway.yaml', link);
    path = link;
    await watch();
    await symlink('other.yaml', `${link}.tmp`);
    await rename(`${link}.tmp`, link);
    await soon(() => expect(models).toEqual([['b']]));
  });

  it('takes effect when it changed before the watching began', async () => {
    const { digest } = await loadConfig(path, {});
    await writeFile(path, OTHER);
    watchConfig(path, {}, { digest, signal: stop.signal, onChange: (loaded) => void models.push([...loaded.config.models.keys()]), onRefused: (error) => refused.push(error) });
    await soon(() => expect(models).toEqual([['b']]));
  });

  it('is refused when it is bad, once, and a good one later is taken', async () => {
    await watch();
    await writeFile(path, BAD);
    await soon(() => expect(refused).toHaveLength(1));
    expect(refused[0]).toBeInstanceOf(ConfigError);
    expect(models).toEqual([]);
    await writeFile(path, BAD);
    await aWhile();
    expect(refused).toHaveLength(1);
    await writeFile(path, OTHER);
    await soon(() => expect(models).toEqual([['b']]));
  });

  it('is refused when it is gone, and taken when it is back', async () => {
    await watch();
    await rm(path);
    await soon(() => expect(refused).toHaveLength(1));
    await writeFile(path, OTHER);
    await soon(() => expect(models).toEqual([['b']]));
  });

  it('is no event when its content is the same', async () => {
    await watch();
    await writeFile(path, await readFile(path));
    await aWhile();
    expect({ models, refused }).toEqual({ models: [], refused: [] });
  });

  it('is not looked at any more after the signal', async () => {
    const watcher = await watch();
    stop.abort();
    await writeFile(path, OTHER);
    await aWhile();
    expect(await watcher.reload()).toBe('unchanged');
    expect({ models, refused }).toEqual({ models: [], refused: [] });
  });
});

describe('a reload on demand', () => {
  it('says what came of it', async () => {
    const watcher = await watch();
    expect(await watcher.reload()).toBe('unchanged');
    await writeFile(path, OTHER);
    expect(await watcher.reload()).toBe('changed');
    await writeFile(path, BAD);
    expect(await watcher.reload()).toBe('refused');
    expect(models).toEqual([['b']]);
  });

  it('tells of the same mistakes again', async () => {
    const watcher = await watch();
    await writeFile(path, BAD);
    await watcher.reload();
    await watcher.reload();
    expect(refused).toHaveLength(2);
  });

  it('keeps the running config when the gateway cannot take the new one', async () => {
    let broken = true;
    const watcher = await watch(() => {
      if (broken) throw new Error('no room');
    });
    await writeFile(path, OTHER);
    expect(await watcher.reload()).toBe('refused');
    expect(refused).toEqual([new Error('no room')]);
    broken = false;
    expect(await watcher.reload()).toBe('changed');
    expect(models).toEqual([['b']]);
  });

  it('waits for the one before', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const events: string[] = [];
    const watcher = await watch(async ({ config }) => {
      const name = [...config.models.keys()].join(',');
      events.push(`begin ${name}`);
      await held;
      events.push(`end ${name}`);
    });
    await writeFile(path, OTHER);
    const first = watcher.reload();
    await soon(() => expect(events).toEqual(['begin b']));
    await writeFile(path, GOOD);
    const second = watcher.reload();
    release();
    expect(await Promise.all([first, second])).toEqual(['changed', 'changed']);
    expect(events).toEqual(['begin b', 'end b', 'begin a', 'end a']);
  });
});
