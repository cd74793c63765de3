import type { Principal } from '../canonical/call.ts';
import type { AuditEntry } from '../ledger/ledger.ts';
import type { Log } from '../telemetry/log.ts';

/** Somebody was not let through. Holds no content and no credential. */
export interface Refusal {
  /** `key:<id>`, `app:<name>`, `address:<ip>`, `config`. */
  actor: string;
  /** `auth.refused`, `call.refused`, `config.refused`. */
  action: string;
  /** What it was about: the id of a key, a model. */
  subject: string | null;
  /** In a few words: `expired`, `scope vision`. */
  reason: string;
}

/** Milliseconds between two entries of the same refusal. */
const EVERY_MS = 5_000;
/** Different refusals in that time; what is more is counted together. */
const DIFFERENT = 500;

/** Writes refusals into the audit trail: those that are alike become one entry with their count. */
export class Refusals {
  readonly #audit: (entry: AuditEntry) => Promise<void>;
  readonly #log: Log;
  readonly #told: (refusal: Refusal) => void;
  readonly #timer: NodeJS.Timeout;
  #groups = new Map<string, { refusal: Refusal; count: number; first: number }>();
  #writing: Promise<void> = Promise.resolve();

  /** @param told of every one that is noted */
  constructor(audit: (entry: AuditEntry) => Promise<void>, log: Log, told: (refusal: Refusal) => void = () => {}) {
    this.#told = told;
    this.#audit = audit;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), EVERY_MS).unref();
  }

  note(refusal: Refusal): void {
    this.#told(refusal);
    const exact = JSON.stringify(refusal);
    const full = this.#groups.size >= DIFFERENT && !this.#groups.has(exact);
    const noted = full ? { actor: 'several', action: refusal.action, subject: null, reason: 'several' } : refusal;
    const key = full ? JSON.stringify(noted) : exact;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { refusal: noted, count: 1, first: Date.now() });
    else group.count += 1;
  }

  /** Resolves when what was noted is in the trail. Never throws. */
  flush(): Promise<void> {
    const groups = [...this.#groups.values()];
    this.#groups = new Map();
    this.#writing = this.#writing.then(() => this.#write(groups));
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(groups: readonly { refusal: Refusal; count: number; first: number }[]): Promise<void> {
    for (const { refusal, count, first } of groups) {
      const { reason, ...entry } = refusal;
      try {
        await this.#audit({ ...entry, detail: { reason, count, since: new Date(first).toISOString() } });
      } catch (error) {
        this.#log.error({ err: error, refusal, count }, 'a refusal could not be written into the audit trail');
      }
    }
  }
}

/** Who it was, as the audit trail names it. */
export function actorOf({ keyId, app, user }: Principal): string {
  if (keyId !== null) return `key:${keyId}`;
  return user === null ? `app:${app}` : `app:${app}/user:${user}`;
}
