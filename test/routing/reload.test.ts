import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { answers, failsWith } from '../faults/index.ts';
import { Stage } from '../faults/routes/stage.ts';

test('a reload forgets nothing of a target that has not changed, and all of one that has', async () => {
  await using stage = await Stage.open({ route: { firstTokenMs: 5_000, breaker: { openMs: '1m', maxOpenMs: '1m' } } });
  const { gateway, configPath } = stage.gateway;
  stage.first.behave(failsWith(401));
  stage.second.behave(answers('Here.'));
  const reload = async (from: string, to: string): Promise<void> => {
    const before = await readFile(configPath, 'utf8');
    expect(before).toContain(from);
    await writeFile(configPath, before.replace(from, to));
    await gateway.reload(await loadConfig(configPath, {}));
  };

  expect((await stage.ask('whole')).meta?.provider).toBe('second');
  await reload('operation: chat', 'operation: chat\n    description: Reloaded');
  expect((await stage.ask('whole')).meta?.provider).toBe('second');
  expect(stage.first.requests).toHaveLength(1);

  await reload('apiKey: test-key', 'apiKey: test-key\n    headers: { x-mended: "yes" }');
  stage.first.behave(answers('Mended.'));
  expect(await stage.ask('whole')).toMatchObject({ text: 'Mended.', meta: { provider: 'first' } });
});
