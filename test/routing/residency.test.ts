import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers, failsWith } from '../faults/index.ts';
import { Stage, WAYS } from '../faults/routes/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({
    route: { firstTokenMs: 5_000, retries: 0 },
    firstTarget: { region: 'us' },
    secondTarget: { region: 'eu' },
    models: { abroad: { operation: 'chat', targets: [{ provider: 'first', model: 'one', region: 'us' }, { provider: 'first', model: 'unsaid' }] } },
    policies: { default: { regions: ['eu'] } },
  });
  stage.first.behave(answers('From abroad.'));
  stage.second.behave(answers('From here.'));
});
afterEach(() => stage[Symbol.asyncDispose]());

test.each(WAYS)('data goes to targets in the regions of its policy, %s', async (way) => {
  expect(await stage.ask(way)).toMatchObject({ code: null, text: 'From here.' });
});

test.each(WAYS)('or nowhere, whatever fails, %s', async (way) => {
  stage.second.behave(failsWith(503));
  expect(await stage.ask(way)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(await stage.ask(way, { model: 'abroad' })).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('eu') });
  expect(stage.first.requests).toHaveLength(0);
});

test('a dry run says so', async () => {
  const { data } = await stage.gateway.query(`{ explain(input: { messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { targets { provider place reason } } }`);
  expect(data).toEqual({ explain: { targets: [{ provider: 'second', place: 1, reason: 'by its place in the config' }, { provider: 'first', place: null, reason: 'it is in us' }] } });
});
