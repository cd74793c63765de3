import { InputError } from '../canonical/errors.ts';
import { parseCursor } from './cursor.ts';
import type { CallFilter, CallPage, CallsQuery, UsageFilter, UsageQuery, UsageRow } from './record.ts';
import { fromRow } from './rows.ts';
import type { AskStore } from './store/ask.ts';

/** Most rows that a report of usage has. */
const USAGE_ROWS = 10_000;
/** And a page. */
export const PAGE = 1_000;

/** What can be asked of the record. */
export class Reports {
  readonly #store: AskStore;

  constructor(store: AskStore) {
    this.#store = store;
  }

  /** A page, newest first. @throws InputError for a bad cursor or size of page */
  async calls({ filter, first, after }: CallsQuery): Promise<CallPage> {
    if (!Number.isInteger(first) || first < 1 || first > PAGE) throw new InputError('first', `must be 1 to ${PAGE}.`);
    const place = after === null ? null : parseCursor(after);
    if (holdsNul(filter)) return { rows: [], hasNextPage: false };
    // One more than asked tells whether there is a next page.
    const rows = await this.#store.ask('listCalls', filter, first + 1, place);
    return { rows: rows.slice(0, first).map(fromRow), hasNextPage: rows.length > first };
  }

  /** Sums. @throws InputError */
  async usage({ by, from, to, filter }: UsageQuery): Promise<UsageRow[]> {
    if (holdsNul(filter ?? {})) return [];
    const selection = { by: [...by], from: from.getTime(), to: to.getTime(), filter: filter ?? {}, limit: USAGE_ROWS + 1 };
    const rows = await this.#store.ask('sumUsage', selection);
    if (rows.length > USAGE_ROWS) {
      throw new InputError('by', `more than ${USAGE_ROWS} groups; ask for a shorter time, fewer dimensions or one app.`);
    }
    return rows;
  }
}

/** Nothing that is stored holds a NUL, and PostgreSQL refuses to look for it. */
function holdsNul(filter: CallFilter | UsageFilter): boolean {
  return Object.values(filter).some((value) => typeof value === 'string' && value.includes('\0'));
}
