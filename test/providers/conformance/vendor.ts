import { afterEach } from 'vitest';
import type { ChatChunk, ChatRequest } from '../../../src/canonical/chat.ts';
import { UpstreamFailure } from '../../../src/canonical/failure.ts';
import { oneByOne } from '../../../src/canonical/one-by-one.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { FakeVendor, PartialBehaviour, Script } from '../../faults/index.ts';
import { ask, chatRequest, gather, type Gathered } from '../support/requests.ts';

export interface VendorSubject {
  name: string;
  startFake: (script?: Script | PartialBehaviour) => Promise<FakeVendor>;
  createProvider: (baseUrl: string, apiKey: string) => Provider;
  /** How this vendor says what is wrong, beyond the status. */
  refusals: {
    contextTooLong: PartialBehaviour;
    contentRefused: PartialBehaviour;
    overloaded: PartialBehaviour;
    /** The error of an error event in mid-stream, for an overload. */
    overloadedEvent: Record<string, string>;
  };
}

export const QUESTION = chatRequest();

export const MODES: readonly [string, boolean][] = [
  ['whole', false],
  ['streamed', true],
];

/** A fake vendor and a provider in front of it, new for each test. */
export class Vendor {
  readonly subject: VendorSubject;
  #fake: FakeVendor | undefined;
  #provider: Provider | undefined;

  constructor(subject: VendorSubject) {
    this.subject = subject;
    afterEach(async () => {
      await this.#provider?.close();
      await this.#fake?.close();
    });
  }

  get fake(): FakeVendor {
    if (!this.#fake) throw new Error('not started');
    return this.#fake;
  }

  get provider(): Provider {
    if (!this.#provider) throw new Error('not started');
    return this.#provider;
  }

  async start(script?: Script | PartialBehaviour, apiKey = 'test-key'): Promise<void> {
    this.#fake = await this.subject.startFake(script);
    this.#provider = this.subject.createProvider(this.#fake.url, apiKey);
  }

  /** A complete answer, asked for as the vendor likes it. */
  async answer(stream: boolean, request: ChatRequest = QUESTION): Promise<Gathered> {
    const all = gather(await ask(this.provider, request, stream));
    const [violation] = this.fake.violations;
    if (violation) throw new Error(`the vendor would refuse: ${violation.message}`);
    return all;
  }

  /** What goes wrong with a request that must fail. */
  async failure(stream: boolean): Promise<UpstreamFailure> {
    const error: unknown = await ask(this.provider, QUESTION, stream).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(error instanceof UpstreamFailure)) throw new Error(`no UpstreamFailure: ${String(error)}`);
    return error;
  }

  /** The events of a stream, one by one. */
  stream(): AsyncIterable<ChatChunk> {
    const { CHAT } = this.provider.operations;
    if (!CHAT) throw new Error('cannot chat');
    return oneByOne(CHAT(QUESTION, { targetModel: 'test-model', stream: true, signal: AbortSignal.timeout(15_000) }));
  }
}
