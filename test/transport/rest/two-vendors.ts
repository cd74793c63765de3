import { setTimeout as sleep } from 'node:timers/promises';
import { Anthropic } from '@anthropic-ai/sdk';
import { OpenAI } from 'openai';
import { startFakeAnthropic, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { openKeys } from '../../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';

/** USD per million tokens of every model. */
export const PRICE = { input: 1, output: 2 };

/**
 * A gateway in front of a vendor of each kind. `gpt` and `claude` ask one of them, `both` asks the one that its name
 * says first, `vectors` embeds.
 */
export class TwoVendors implements AsyncDisposable {
  readonly gateway: TestGateway;
  readonly openai: FakeVendor;
  readonly anthropic: FakeVendor;

  private constructor(gateway: TestGateway, openai: FakeVendor, anthropic: FakeVendor) {
    this.gateway = gateway;
    this.openai = openai;
    this.anthropic = anthropic;
  }

  static async start(config: Record<string, unknown> = {}): Promise<TwoVendors> {
    const openai = await startFakeOpenAI();
    const anthropic = await startFakeAnthropic();
    const route = { retries: 0, totalMs: 60_000, firstTokenMs: 10_000, idleMs: 10_000, rescue: 'off' };
    const gpt = { provider: 'openai', model: 'gpt-test', price: PRICE };
    const claude = { provider: 'anthropic', model: 'claude-test', price: PRICE };
    const gateway = await TestGateway.start({
      config: {
        providers: {
          openai: { kind: 'openai', apiKey: 'test-key', baseUrl: openai.url },
          anthropic: { kind: 'anthropic', apiKey: 'test-key', baseUrl: anthropic.url },
        },
        models: {
          gpt: { operation: 'chat', route, targets: [gpt] },
          claude: { operation: 'chat', route, targets: [claude] },
          both: { operation: 'chat', route, targets: [claude, gpt] },
          vectors: { operation: 'embed', route: { retries: 0 }, targets: [gpt] },
        },
        ...config,
      },
    });
    return new TwoVendors(gateway, openai, anthropic);
  }

  openaiClient(options: { apiKey?: string; defaultHeaders?: Record<string, string>; timeout?: number; maxRetries?: number } = {}): OpenAI {
    return new OpenAI({ apiKey: ADMIN_KEY, baseURL: `${this.gateway.url}/v1`, maxRetries: 0, ...options });
  }

  anthropicClient(options: { apiKey?: string; defaultHeaders?: Record<string, string>; timeout?: number; maxRetries?: number } = {}): Anthropic {
    return new Anthropic({ apiKey: ADMIN_KEY, authToken: null, baseURL: this.gateway.url, maxRetries: 0, ...options });
  }

  /** A key that the gateway knows, made as the command line makes one. */
  async issueKey(key: { app: string; scopes: string[]; policy?: string }): Promise<string> {
    const { keys, close } = await openKeys({ dataDir: this.gateway.dataDir, log: createLog('silent') });
    const issued = await keys.create(key, 'test');
    await close();
    const headers = { authorization: `Bearer ${issued.key}` };
    // It is seen within a second.
    while ((await this.gateway.fetch('/v1/models', { headers })).status === 401) await sleep(50);
    return issued.key;
  }

  /** Both vendors answer with their defaults again, and have forgotten what they were asked. */
  reset(): void {
    for (const vendor of [this.openai, this.anthropic]) {
      vendor.reset();
      vendor.behave({});
    }
  }

  /** @throws Error when a vendor was sent what it would not have taken */
  checkVendors(): void {
    const violations = [...this.openai.violations, ...this.anthropic.violations].map(({ message }) => message);
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await Promise.all([this.openai.close(), this.anthropic.close()]);
  }
}
