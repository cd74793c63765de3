import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeOpenAI, tokenPieces, tokens, type FakeVendor } from '../index.ts';
import { stormy } from './random-faults.ts';
import { Stage, type Told } from './stage.ts';

const CALLS = 1_000;
const good = tokens(20);
const COMPLETE = tokenPieces(20).join('');

let stage: Stage;
let third: FakeVendor;
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  third = await startFakeOpenAI();
  stage = await Stage.open({
    route: { firstTokenMs: 8_000, idleMs: 8_000 },
    providers: { third: { kind: 'openai', apiKey: 'test-key', baseUrl: third.url } },
    moreTargets: [{ provider: 'third', model: 'three' }],
  });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await third.close();
  process.off('unhandledRejection', onRejection);
});

test('a thousand calls at once, three in ten requests faulty at two of three targets: all but one are complete', { timeout: 120_000 }, async () => {
  stage.first.behave(stormy(1));
  stage.second.behave(stormy(2));
  third.behave(good);
  const told = await Promise.all(Array.from({ length: CALLS }, (_, index): Promise<Told> => (index % 2 === 0 ? stage.ask('whole') : stage.shared(index % 10))));
  const complete = told.filter(({ code, text }) => code === null && text === COMPLETE);
  const failed = told.filter(({ code }) => code !== null);
  expect(complete.length).toBeGreaterThanOrEqual(CALLS * 0.999);
  expect(complete.length + failed.length).toBe(CALLS);

  expect(rejections).toEqual([]);
  await expect.poll(() => stage.first.openRequests + stage.second.openRequests + third.openRequests).toBe(0);
  const { data } = await stage.gateway.query<{ models: { targets: { running: number; queued: number }[] }[] }>('{ models { targets { running queued } } }');
  expect(data?.models[0]?.targets).toEqual([{ running: 0, queued: 0 }, { running: 0, queued: 0 }, { running: 0, queued: 0 }]);
});
