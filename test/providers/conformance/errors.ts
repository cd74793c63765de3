import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../src/canonical/failure.ts';
import { failsWith, rateLimited, resetsBeforeHeaders, tokens, withFaults, type PartialBehaviour } from '../../faults/index.ts';
import { MODES, type Vendor } from './vendor.ts';

/** What goes wrong, by its kind. */
export function errorConformance(vendor: Vendor): void {
  describe.each(MODES)('%s', (_name, stream) => {
    const failure = () => vendor.failure(stream);

    test.each<[string, () => PartialBehaviour, FailureKind]>([
      ['429', () => rateLimited(), 'rate_limited'],
      ['500', () => failsWith(500), 'server'],
      ['503', () => failsWith(503), 'server'],
      ['502 with a page of HTML', () => failsWith(502, { body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } }), 'server'],
      ['529', () => failsWith(529), 'server'],
      ['an overload', () => vendor.subject.refusals.overloaded, 'server'],
      ['401', () => failsWith(401), 'auth'],
      ['403', () => failsWith(403), 'auth'],
      ['an unknown model', () => failsWith(404), 'unknown_model'],
      ['a context too long', () => vendor.subject.refusals.contextTooLong, 'context_length'],
      ['refused content', () => vendor.subject.refusals.contentRefused, 'content'],
      ['another bad request', () => failsWith(400), 'bad_request'],
      ['422', () => failsWith(422), 'bad_request'],
      ['a reset before headers', () => resetsBeforeHeaders, 'connection'],
    ])('%s', async (_case, behaviour, kind) => {
      await vendor.start(behaviour());
      const error = await failure();
      expect(error.kind).toBe(kind);
      expect(vendor.fake.requests).toHaveLength(1);
    });

    test('a vendor that cannot be reached', async () => {
      await vendor.start();
      await vendor.fake.close();
      expect((await failure()).kind).toBe('connection');
    });

    test('a wrong key', async () => {
      await vendor.start({}, 'wrong-key');
      expect(await failure()).toMatchObject({ kind: 'auth', status: 401 });
    });

    test.each<[string, Record<string, string>, (ms: number) => boolean]>([
      ['seconds', { 'retry-after': '2' }, (ms) => ms === 2_000],
      ['milliseconds', { 'retry-after-ms': '1500' }, (ms) => ms === 1_500],
      ['a date', { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, (ms) => ms > 3_500_000 && ms <= 3_600_000],
    ])('when to come back, in %s', async (_name, headers, right) => {
      await vendor.start(failsWith(429, { headers }));
      expect(right((await failure()).retryAfterMs ?? -1)).toBe(true);
    });

    test('the vendor\'s words, which may quote the request, are not in the message', async () => {
      await vendor.start(failsWith(400, { error: { message: 'SECRET content quoted' } }));
      expect((await failure()).message).not.toContain('SECRET');
    });

    test('an answer that is broken, or is none', async () => {
      await vendor.start(withFaults(tokens(5), { kind: 'garble', token: 2 }));
      expect((await failure()).kind).toBe('garbled');
      vendor.fake.behave({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: ['{"hello":"world"}'] }] });
      expect((await failure()).kind).toBe('garbled');
      vendor.fake.behave({ faults: [{ kind: 'raw', contentType: 'text/html', pieces: ['<html>Log in</html>'] }] });
      expect(['garbled', 'cut']).toContain((await failure()).kind);
    });

    test('an answer that is cut', async () => {
      await vendor.start(withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }));
      expect((await failure()).kind).toBe('cut');
    });
  });
}
