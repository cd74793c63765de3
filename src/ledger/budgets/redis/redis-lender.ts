import { randomUUID } from 'node:crypto';
import { type Redis, RedisUnavailable } from '../../../redis/redis.ts';
import type { Attempts } from '../attempts.ts';
import { Counters, type LocalCounter } from '../counter.ts';
import { type Demand, Leasing } from '../leasing.ts';
import type { Lender, Need, Standing, StandingRequest } from '../lender.ts';
import { counted } from '../refusal.ts';
import { JOIN, LEASE, LEAVE } from './lease-script.ts';
import { keyOf, SharedCounter } from './shared-counter.ts';

/** Milliseconds for which an instance counts that says nothing. */
const LIFE_MS = 10_000;
/** Milliseconds after its last word until which an instance trusts its leases; less than they last. */
const TRUST_MS = 7_000;
/** Milliseconds between two words. */
const TICK_MS = 1_000;
/** Milliseconds for which nothing is leased when Redis has forgotten: each instance says meanwhile what it holds. */
const GRACE_MS = 2_000;
/** Milliseconds after which a counter that nobody uses may be forgotten. */
const FORGET_MS = 60_000;
/** Counters of one command: Redis does nothing else meanwhile. */
const AT_ONCE = 100;

const MEMBERS = 'limit:members';

interface Reply {
  granted: number;
  leased: number;
  used: number;
}

/** A line of the script's arguments for one counter. */
interface Line {
  key: string;
  args: readonly string[];
}

/**
 * Leases from Redis. Redis may forget everything at any time: each instance says again and again all that it holds and
 * has used, so that what Redis knows is at most a second old. One command is under way at a time, or an older word
 * could follow upon a newer one.
 */
export class RedisLender implements Lender {
  readonly lends = 'limits';
  readonly counters = new Counters();
  readonly #redis: Redis;
  readonly #attempts: Attempts;
  readonly #instance: string;
  /** This life of the instance. */
  readonly #member: string;
  readonly #shared = new Map<LocalCounter, SharedCounter>();
  readonly #leasing = new Leasing((demands) => this.#inTurn(() => this.#lease(demands)));
  #joined = false;
  #trustedUntil = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #ticking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor({ redis, instance, attempts }: { redis: Redis; instance: string; attempts: Attempts }) {
    this.#redis = redis;
    this.#instance = instance;
    this.#attempts = attempts;
    this.#member = `${instance}:${randomUUID()}`;
  }

  get isTrusted(): boolean {
    return Date.now() < this.#trustedUntil;
  }

  async start(): Promise<void> {
    await this.#tick();
    this.#redis.onUp(() => void this.#tick());
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  lease(needs: readonly Need[]): Promise<void> {
    for (const { part } of needs) {
      if (!this.#shared.has(part.counter)) this.#shared.set(part.counter, new SharedCounter(part.counter, part.limit));
    }
    return this.#redis.isUp ? this.#leasing.lease(needs) : Promise.reject(new RedisUnavailable('Redis is out of reach.'));
  }

  used(counter: LocalCounter, amount: number, bucket: number, forgottenAt: number): void {
    this.#shared.get(counter)?.use(amount, bucket, forgottenAt);
  }

  async standing(requests: readonly StandingRequest[]): Promise<Standing[]> {
    const found: Standing[] = [];
    for (const some of chunks(requests)) {
      const lines = some.map(({ counter, window, from }): Line => {
        const shared = this.#shared.get(this.counters.get(counter, window));
        return { key: keyOf(counter, window), args: [String(from), '0', '1', '0', ...(shared?.statement(Date.now()) ?? ['0', '0', '0', '', '1']), '1'] };
      });
      const { replies } = await this.#inTurn(() => this.#say(lines));
      found.push(...replies.map(({ leased, used }) => ({ leased, spent: used })));
    }
    return found;
  }

  async giveBack(): Promise<void> {
    for (const shared of this.#shared.values()) shared.giveBack();
    await this.#tick();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.giveBack();
    await this.#attempts.make('leave the limits in Redis', () => this.#inTurn(() => this.#redis.run(LEAVE, [MEMBERS], [this.#member])));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #tick(): Promise<void> {
    this.#ticking ??= this.#report().finally(() => {
      this.#ticking = null;
    });
    return this.#ticking;
  }

  /** Says what is new, gives back what lies idle, and forgets what is over. */
  async #report(): Promise<void> {
    const now = Date.now();
    for (const counter of this.counters) {
      const shared = this.#shared.get(counter);
      const unused = now - counter.usedAt;
      if (unused > TICK_MS) shared?.giveBack();
      if (unused <= FORGET_MS || shared?.isOver(now) === false) continue;
      this.#shared.delete(counter);
      this.counters.forget(counter);
    }
    if (!this.#redis.isUp) return;
    const news = [...this.#shared.values()].filter(({ isNews }) => isNews);
    await this.#attempts.make('share what limits count', async () => {
      // Also when there is nothing to say: that this instance lives.
      for (const some of news.length === 0 ? [[]] : chunks(news)) await this.#inTurn(() => this.#tell(some));
    });
  }

  async #tell(some: readonly SharedCounter[]): Promise<void> {
    await this.#join();
    const { state } = await this.#say(some.map((shared) => this.#line(shared)), some);
    if (state === 'lost') await this.#tellAll();
  }

  /** Redis has forgotten. */
  async #tellAll(): Promise<void> {
    for (const some of chunks([...this.#shared.values()])) await this.#say(some.map((shared) => this.#line(shared)), some);
  }

  async #lease(demands: readonly Demand[]): Promise<void> {
    await this.#join();
    const now = Date.now();
    const wanted = new Map(demands.map((demand) => [demand.part.counter, demand]));
    const asked = demands.flatMap(({ part }) => this.#shared.get(part.counter) ?? []);
    const lines = asked.map((shared): Line => {
      const demand = wanted.get(shared.counter);
      if (demand === undefined) return this.#line(shared);
      const { part, least, wanted: all } = demand;
      return { key: shared.key, args: [String(part.window.from), String(counted(part.limit, part.limit.amount)), String(least), String(all), ...shared.statement(now), '1'] };
    });
    const { state, replies } = await this.#say(lines, asked);
    if (state === 'lost') await this.#tellAll();
    if (state !== 'ok') throw new RedisUnavailable('Redis has forgotten the limits, and instances are saying again what they hold.');
    for (const [index, { counter }] of asked.entries()) {
      const demand = wanted.get(counter);
      const reply = replies[index];
      if (demand === undefined || reply === undefined) continue;
      const { granted, leased, used } = reply;
      counter.leased(granted, Math.max(0, counted(demand.part.limit, demand.part.limit.amount) - used - leased - granted), Date.now());
    }
  }

  #line(shared: SharedCounter): Line {
    return { key: shared.key, args: ['0', '0', '1', '0', ...shared.statement(Date.now()), '0'] };
  }

  async #join(): Promise<void> {
    if (!this.#joined) await this.#redis.run(JOIN, [MEMBERS], [this.#member, String(LIFE_MS), `${this.#instance}:`]);
    this.#joined = true;
    if (this.isTrusted) return;
    // Others may have by now what was leased here.
    for (const shared of this.#shared.values()) shared.giveBack();
  }

  /** @throws RedisUnavailable; then it may have been heard or not, and is said again */
  async #say(lines: readonly Line[], told: readonly SharedCounter[] = []): Promise<{ state: string; replies: Reply[] }> {
    const sentAt = Date.now();
    for (const shared of told) shared.changed = false;
    try {
      const reply = await this.#redis.run(LEASE, [MEMBERS, ...lines.map(({ key }) => key)], [this.#member, String(LIFE_MS), this.#joined ? '1' : '0', String(GRACE_MS), ...lines.flatMap(({ args }) => args)]);
      this.#trustedUntil = sentAt + TRUST_MS;
      return parse(reply);
    } catch (error) {
      for (const shared of told) shared.changed = true;
      throw error;
    }
  }
}

/** As the script returns it. */
function parse(reply: unknown): { state: string; replies: Reply[] } {
  if (!Array.isArray(reply)) throw new RedisUnavailable('Redis answered in a form that is not known.');
  const [state, ...numbers] = reply;
  const replies: Reply[] = [];
  for (let at = 0; at < numbers.length; at += 3) replies.push({ granted: Number(numbers[at]), leased: Number(numbers[at + 1]), used: Number(numbers[at + 2]) });
  return { state: String(state), replies };
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}
