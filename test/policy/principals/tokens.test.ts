import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../../harness/gateway.ts';

interface Signer {
  kid: string;
  key: CryptoKey;
  jwk: JWK;
}

async function signer(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

let served: JWK[] = [];
let fetches = 0;
let issuer: Server;
let gateway: TestGateway;
let first: Signer;
let fromFile: Signer;
const file = join(tmpdir(), `kanon-jwks-${process.pid}.json`);

beforeAll(async () => {
  first = await signer('first');
  fromFile = await signer('file');
  served = [first.jwk];
  issuer = createServer((_, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: served }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  await writeFile(file, JSON.stringify({ keys: [fromFile.jwk] }));
  const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`;
  gateway = await TestGateway.start({
    config: {
      providers: { local: { kind: 'local' } },
      models: { here: { operation: 'chat', targets: [{ provider: 'local', model: 'extractive' }] } },
      policies: { people: { scopes: ['chat', 'audit'], mask: [] } },
      auth: {
        jwt: [
          { issuer: 'https://login.example/', audience: 'kanon', jwks, claims: { app: 'azp', team: 'department', scopes: 'permissions' }, policy: 'people' },
          { issuer: 'https://files.example/', audience: 'kanon', jwks: file },
        ],
      },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  issuer.close();
});

const CLAIMS = { azp: 'shop', sub: 'anna', department: 'support', permissions: ['chat', 'audit', 'vision'] };

function token(by: Signer, claims: Record<string, unknown> = CLAIMS, options: { issuer?: string; audience?: string; expires?: string | number } = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: by.kid })
    .setIssuer(options.issuer ?? 'https://login.example/')
    .setAudience(options.audience ?? 'kanon')
    .setExpirationTime(options.expires ?? '5m')
    .sign(by.key);
}

async function viewer(bearer: string): Promise<unknown> {
  const { status, data, errors } = await gateway.query('{ viewer { keyId app user team scopes } }', {}, { headers: { authorization: `Bearer ${bearer}` } });
  return status === 200 ? data?.['viewer'] : `${status} ${String(errors?.[0]?.extensions?.['code'])}`;
}

test('claims say who calls, and the policy bounds what it may do', async () => {
  expect(await viewer(await token(first))).toEqual({ keyId: null, app: 'shop', user: 'anna', team: 'support', scopes: ['chat', 'audit'] });
});

test('the scope of everything is worth no more than the policy', async () => {
  expect(await viewer(await token(first, { ...CLAIMS, permissions: '*' }))).toMatchObject({ scopes: ['chat', 'audit'] });
});

test('keys of a file, with the usual claims', async () => {
  const claims = { client_id: 'robots', sub: 'r2', scope: 'chat embed admin' };
  expect(await viewer(await token(fromFile, claims, { issuer: 'https://files.example/' }))).toEqual({ keyId: null, app: 'robots', user: 'r2', team: null, scopes: ['chat', 'embed'] });
});

test.each<[string, () => Promise<string>]>([
  ['expired', () => token(first, CLAIMS, { expires: Math.floor(Date.now() / 1000) - 60 })],
  ['for another audience', () => token(first, CLAIMS, { audience: 'other' })],
  ['of an unknown issuer', () => token(first, CLAIMS, { issuer: 'https://evil.example/' })],
  ['signed by another key of the same name', async () => token({ ...(await signer('first')), kid: 'first' })],
  ['signed by the key of another issuer', () => token(fromFile)],
  ['without the application', () => token(first, { sub: 'anna', permissions: ['chat'] })],
  ['that never expires', () => new SignJWT(CLAIMS).setProtectedHeader({ alg: 'ES256', kid: 'first' }).setIssuer('https://login.example/').setAudience('kanon').sign(first.key)],
  ['without a signature', async () => `${(await token(first)).split('.').slice(0, 2).join('.')}.`],
  ['with no algorithm', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token(first)).split('.')[1] ?? ''}.`],
  ['signed with the public key as a secret', async () => new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'first' }).setIssuer('https://login.example/').setAudience('kanon').setExpirationTime('5m').sign(new TextEncoder().encode(JSON.stringify(first.jwk)))],
])('a token %s is refused', async (_, make) => {
  expect(await viewer(await make())).toBe('401 UNAUTHENTICATED');
});

test('the issuer is asked for its keys once, not with each token', async () => {
  await viewer(await token(first));
  const before = fetches;
  await Promise.all(Array.from({ length: 20 }, async () => viewer(await token(first))));
  expect(fetches).toBe(before);
});

test('a new key in the file is seen', async () => {
  const next = await signer('next');
  const shown = await token(next, { client_id: 'robots', scope: 'chat' }, { issuer: 'https://files.example/' });
  expect(await viewer(shown)).toBe('401 UNAUTHENTICATED');
  await writeFile(file, JSON.stringify({ keys: [fromFile.jwk, next.jwk] }));
  await expect.poll(() => viewer(shown), { timeout: 20_000, interval: 250 }).toMatchObject({ app: 'robots' });
});
