import sharp from 'sharp';
import { answers, startFakeOpenAI, type FakeVendor, type PartialBehaviour } from '../faults/index.ts';
import { TestGateway, type TestGatewayOptions } from './gateway.ts';

export const SENTIMENT = {
  label: 'NEGATIVE',
  score: -0.7,
  confidence: 0.9,
  emotions: [{ name: 'FRUSTRATION', score: 0.8 }],
  language: 'en',
};

export const PICTURE = {
  description: 'A receipt of a coffee house.',
  lines: [{ text: 'TOTAL 12.40', box: { x: 0, y: 0, width: 1, height: 0.5 }, confidence: 0.9 }],
  objects: [],
  document: { merchant: 'Blue Kettle', date: '2026-11-02', total: 12.4, currency: 'EUR', items: [] },
};

/** What each vendor says when all goes well; tokens are such that every sum is told from every other. */
export const GOOD = {
  chat: answers({ text: 'We are sorry.', usage: { input: 100, output: 10 } }),
  sentiment: answers({ text: JSON.stringify(SENTIMENT), usage: { input: 200, output: 20 } }),
  vision: answers({ text: JSON.stringify(PICTURE), usage: { input: 400, output: 40 } }),
  embed: answers({ usage: { input: 800 } }),
} satisfies Record<string, PartialBehaviour>;

export type BranchName = keyof typeof GOOD;
export const BRANCH_NAMES: readonly BranchName[] = ['chat', 'sentiment', 'vision', 'embed'];

/** A small picture, as base64. */
export async function picture(red = 200): Promise<string> {
  const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: red, g: 40, b: 40 } } }).png().toBuffer();
  return png.toString('base64');
}

/** A gateway whose four operations stand on a fake vendor each. Prices are 1 USD per million tokens in, 2 out. */
export class FourBranches implements AsyncDisposable {
  readonly gateway: TestGateway;
  readonly vendors: Readonly<Record<BranchName, FakeVendor>>;

  private constructor(gateway: TestGateway, vendors: Record<BranchName, FakeVendor>) {
    this.gateway = gateway;
    this.vendors = vendors;
  }

  /** @param config what is added to the config: further models, the server's limits */
  static async start(config: { models?: Record<string, unknown>; server?: Record<string, unknown>; policies?: Record<string, unknown> } = {}, options: Omit<TestGatewayOptions, 'config'> = {}): Promise<FourBranches> {
    const vendors = { chat: await startFakeOpenAI(), sentiment: await startFakeOpenAI(), vision: await startFakeOpenAI(), embed: await startFakeOpenAI() };
    const model = (name: BranchName) => ({
      operation: name,
      route: { retries: 0, totalMs: 60_000, ...(name === 'chat' ? { firstTokenMs: 10_000, idleMs: 10_000 } : {}) },
      targets: [{ provider: name, model: 'gpt-test', price: { input: 1, output: 2 } }],
    });
    const gateway = await TestGateway.start({
      ...options,
      config: {
        providers: Object.fromEntries(BRANCH_NAMES.map((name) => [name, { kind: 'openai', apiKey: 'test-key', baseUrl: vendors[name].url }])),
        models: { replies: model('chat'), feeling: model('sentiment'), eyes: model('vision'), vectors: model('embed'), ...config.models },
        // What is masked has tests of its own; here a vendor is sent what was asked.
        policies: { default: { mask: [] } },
        ...(config.server === undefined ? {} : { server: config.server }),
        ...(config.policies === undefined ? {} : { policies: config.policies }),
      },
    });
    const branches = new FourBranches(gateway, vendors);
    branches.reset();
    return branches;
  }

  /** Every vendor answers well again, and has forgotten what it was asked. */
  reset(): void {
    for (const name of BRANCH_NAMES) {
      this.vendors[name].reset();
      this.vendors[name].behave(GOOD[name]);
    }
  }

  /** How often each vendor was asked. */
  get asked(): Record<BranchName, number> {
    const { chat, sentiment, vision, embed } = this.vendors;
    return { chat: chat.requests.length, sentiment: sentiment.requests.length, vision: vision.requests.length, embed: embed.requests.length };
  }

  /** @throws Error when a vendor was sent what it would not have taken */
  checkVendors(): void {
    const violations = BRANCH_NAMES.flatMap((name) => this.vendors[name].violations.map(({ message }) => `${name}: ${message}`));
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await Promise.all(BRANCH_NAMES.map((name) => this.vendors[name].close()));
  }
}
