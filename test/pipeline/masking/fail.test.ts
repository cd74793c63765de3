import { expect, test } from 'vitest';
import type { CallContext } from '../../../src/canonical/call.ts';
import type { ChatRequest, ContentPart } from '../../../src/canonical/chat.ts';
import { UpstreamFailure } from '../../../src/canonical/failure.ts';
import type { Image } from '../../../src/canonical/media.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { Call } from '../../../src/pipeline/call.ts';
import { mask } from '../../../src/pipeline/masking/mask.ts';
import { maskPictures, type ReadLines } from '../../../src/pipeline/masking/pictures.ts';
import { Policies } from '../../../src/policy/policies.ts';
import type { Refusal } from '../../../src/policy/refusals.ts';
import type { NameDetector } from '../../../src/policy/masking/index.ts';
import { buildFleet } from '../../../src/fleet.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { logRoutes } from '../../../src/telemetry/routing.ts';

const log = createLog('silent');
const EMAIL = 'anna.berger@example.org';
const picture: Image = { width: 10, height: 10, digest: () => 'a picture', encode: () => Promise.reject(new Error('not asked for')), pixels: () => Promise.reject(new Error('not asked for')) };
const nobodyReads: ReadLines = () => Promise.reject(new UpstreamFailure('unavailable', `no reader for ${EMAIL}`));

/** A call with the content, on its way through the stage of a policy. */
async function through(policy: string, content: ContentPart[], options: { names?: NameDetector; readLines?: ReadLines } = {}): Promise<{ call: Call; refusals: Refusal[]; error: unknown }> {
  const source = `providers: { vendor: { kind: openai, baseUrl: "http://127.0.0.1:9/v1" } }
models: { replies: { operation: chat, targets: [{ provider: vendor, model: m }] } }
policies: { default: ${policy} }`;
  const { config } = parseConfig(source, 'gateway.yaml', {});
  const fleet = await buildFleet(config, { dataDir: '.', log, observer: logRoutes(log) });
  const [model] = fleet.models;
  if (model === undefined) throw new Error('no model');
  const policies = new Policies(config.policies, options.names === undefined ? {} : { names: options.names, namesDeadlineMs: 50 }, () => Promise.reject(new Error('not asked for')));
  const refusals: Refusal[] = [];
  const principal = { keyId: 'k', app: 'shop', user: null, team: null, scopes: ['*'], models: null, policy: 'default' };
  const context: CallContext = { principal, signal: new AbortController().signal, requestId: 'r', metadata: null };
  const request: ChatRequest = {
    messages: [{ role: 'USER', content }],
    grounding: [], maxTokens: null, temperature: null, topP: null, stop: [], seed: null, tools: [], toolChoice: null, responseFormat: null,
  };
  const call = new Call('CHAT', model, request, context, false);
  const stage = mask({ policies: () => policies, refusals: { note: (refusal) => refusals.push(refusal) }, pictures: maskPictures(options.readLines ?? nobodyReads) });
  const error: unknown = await Promise.resolve(stage.enter?.(call)).then(() => null, (thrown: unknown) => thrown);
  await fleet.close();
  return { call, refusals, error };
}

const text: ContentPart[] = [{ type: 'text', text: `Mail ${EMAIL}` }];
const crashes: NameDetector = async () => {
  throw new Error(`cannot read ${EMAIL}`);
};
const hangs: NameDetector = () => new Promise(() => {});

test.each([
  ['crash', crashes],
  ['deadline', hangs],
])('a detector of names that fails (%s) closes, and says nothing of the text', async (reason, names) => {
  const { error, refusals } = await through('{ mask: [EMAIL, PERSON] }', text, { names });
  expect(error).toMatchObject({ code: 'GUARDRAIL_BLOCKED', details: { guardrail: 'masking', reason } });
  expect(JSON.stringify([String(error), error, refusals])).not.toContain(EMAIL);
  expect(error instanceof Error && error.cause).toBeUndefined();
  expect(refusals).toEqual([{ actor: 'key:k', action: 'call.refused', subject: 'replies', reason: `masking ${reason}` }]);
});

test('a policy that is open lets it through with a warning', async () => {
  const { error, call } = await through('{ mask: [EMAIL, PERSON], maskFail: open }', text, { names: crashes });
  expect(error).toBeNull();
  expect(call.warnings).toEqual([expect.stringContaining('could not be masked (crash)')]);
  expect(JSON.stringify(call.request)).toContain(EMAIL);
});

test('a picture that nobody here can read is not sent', async () => {
  const { error } = await through('{ mask: [EMAIL] }', [{ type: 'image', image: picture }]);
  expect(error).toMatchObject({ code: 'GUARDRAIL_BLOCKED', details: { reason: 'crash' } });
  expect(String(error)).not.toContain(EMAIL);
});

test('with an open policy the picture goes as it is, and the text masked', async () => {
  const { error, call } = await through('{ mask: [EMAIL], maskFail: open }', [...text, { type: 'image', image: picture }]);
  expect(error).toBeNull();
  expect(JSON.stringify(call.request)).toContain('Mail [EMAIL_1]');
  expect(call.warnings).toHaveLength(1);
});

test('a policy that leaves pictures out says that it sends them, and sounds too', async () => {
  const { error, call } = await through('{ mask: [EMAIL], maskImages: false }', [{ type: 'image', image: picture }, { type: 'audio', audio: { bytes: new Uint8Array(1), format: 'wav' } }]);
  expect(error).toBeNull();
  expect(call.warnings).toEqual([expect.stringContaining('sound'), expect.stringContaining('Pictures')]);
});

test('without anything to mask nothing is looked at', async () => {
  const { error, call } = await through('{ mask: [] }', [...text, { type: 'image', image: picture }]);
  expect(error).toBeNull();
  expect(JSON.stringify(call.request)).toContain(EMAIL);
  expect(call.warnings).toEqual([]);
});
