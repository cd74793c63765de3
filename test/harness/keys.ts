import { openKeys } from '../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { TestGateway } from './gateway.ts';

export interface IssuedTo {
  app: string;
  user?: string;
  scopes: readonly string[];
  /** A policy of the gateway's config; `default` without. */
  policy?: string;
}

/**
 * Issues a key beside the running gateway, as the command line does, and waits until the gateway knows it.
 * @param secret the gateway's KANON_SECRET, where it has one
 */
export async function issueKey(gateway: TestGateway, { app, user, scopes, policy }: IssuedTo, secret?: string): Promise<string> {
  const opened = await openKeys({ dataDir: gateway.dataDir, secret, log: createLog('silent') });
  try {
    const { key } = await opened.keys.create({ app, user: user ?? null, scopes, ...(policy === undefined ? {} : { policy }) }, 'test');
    const until = Date.now() + 10_000;
    while (Date.now() < until) {
      const { status } = await gateway.query('{ viewer { app } }', {}, { headers: { authorization: `Bearer ${key}` } });
      // Whatever else is said to it: it is known.
      if (status !== 401) return key;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the gateway does not come to know the key');
  } finally {
    await opened.close();
  }
}
