import { CompiledQuery, type Kysely } from 'kysely';
import { sumCharges } from './budgets.ts';
import { addCalls, distinct } from './calls.ts';
import { addPayloads } from './payloads.ts';
import type { PreparedPool } from './prepared-pool.ts';
import { BY, rollupsOf, SUMS } from './rollup.ts';
import type { StoredCall } from './stored-call.ts';
import type { Tables } from './tables.ts';

/** Of a key that another transaction has added meanwhile. */
const UNIQUE_VIOLATION = '23505';
/** Halves of characters, and NUL: PostgreSQL has no text of such JSON. */
const NO_TEXT = /\\u(?:0000|d[89a-f])/;

/**
 * Adds calls to PostgreSQL as `addCalls` does, with the same outcome, in one statement that is planned once: a tenth of the
 * questions, each of which takes a round trip while rows are locked. It is for calls that are all new, as they are but
 * after an outage; others go the way of `addCalls`.
 */
export class PostgresCalls {
  readonly #pool: PreparedPool;
  #text: string | null = null;

  constructor(pool: PreparedPool) {
    this.#pool = pool;
  }

  /**
   * Resolves when the calls are durable.
   * @param instance whose leases pay
   */
  async add(db: Kysely<Tables>, instance: string, calls: readonly StoredCall[]): Promise<void> {
    const entries = distinct(calls);
    // The statement is made of the columns of a call.
    if (entries.length === 0) return;
    const parameters = parametersOf(instance, entries);
    if (NO_TEXT.test(parameters.join('')) || !(await this.#addNew(db, entries, parameters))) await addCalls(db, instance, entries);
  }

  /** @returns false where nothing was added, as one of them is there already */
  async #addNew(db: Kysely<Tables>, calls: readonly StoredCall[], parameters: unknown[]): Promise<boolean> {
    const add = async (connection: Kysely<Tables>): Promise<boolean> => {
      const { rows } = await connection.executeQuery<{ ok: boolean }>(CompiledQuery.raw(this.#textFor(calls), parameters));
      return rows[0]?.ok === true;
    };
    const payloads = calls.flatMap(({ payload }) => payload ?? []);
    try {
      if (payloads.length === 0) return await add(db);
      return await db.transaction().execute(async (transaction) => {
        const added = await add(transaction);
        if (added) await addPayloads(transaction, payloads);
        return added;
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return false;
      throw error;
    }
  }

  #textFor([call]: readonly StoredCall[]): string {
    if (this.#text === null) {
      this.#text = textFor(Object.keys(call?.row ?? {}));
      this.#pool.prepare('kanon_add_calls', this.#text);
    }
    return this.#text;
  }
}

function parametersOf(instance: string, calls: readonly StoredCall[]): unknown[] {
  const rows = calls.map(({ row }) => row);
  const reserved = calls.filter(({ charges }) => charges !== null).map(({ row }) => row.id);
  const charges = sumCharges(calls.flatMap((call) => call.charges ?? []));
  const [byHour, byUser, byDay] = rollupsOf(rows).map((rollup) => JSON.stringify(rollup.rows));
  return [JSON.stringify(rows), rows.map(({ id }) => id), byHour, byUser, byDay, reserved, JSON.stringify(charges), instance];
}

/**
 * What a part of the statement changes the next one waits for: PostgreSQL runs parts that ask nothing of each other in
 * an order of its own, and instances that lock in one order do not lock each other out.
 */
function textFor(columns: readonly string[]): string {
  const names = columns.join(', ');
  const addUp = (table: keyof typeof BY, parameter: number, after: string): string => {
    const dimensions = BY[table].join(', ');
    const all = `${dimensions}, ${SUMS.join(', ')}`;
    return `insert into ${table} as sums (${all})
      select ${all} from json_populate_recordset(null::${table}, $${parameter}::json) where (select count(*) from ${after}) > 0
      on conflict (${dimensions}) do update set ${SUMS.map((sum) => `${sum} = sums.${sum} + excluded.${sum}`).join(', ')}
      returning 1`;
  };
  return `with
    fresh as materialized (select not exists (select 1 from calls where id = any($2::text[])) as ok),
    added as (insert into calls (${names})
      select ${names} from json_populate_recordset(null::calls, $1::json) where (select ok from fresh) returning 1),
    by_hour as (${addUp('usage_by_hour', 3, 'added')}),
    by_user as (${addUp('usage_by_hour_and_user', 4, 'by_hour')}),
    by_day as (${addUp('usage_by_day_and_user', 5, 'by_user')}),
    closed as (delete from reservations where id = any($6::text[]) and (select count(*) from by_day) > 0 returning 1),
    charges as materialized (select counter, bucket, amount, "forgottenAt" as forgotten_at, "window" as window_id, leased
      from json_to_recordset($7::json) as charge (counter text, bucket bigint, amount bigint, "forgottenAt" bigint, "window" bigint, leased bigint)
      where (select ok from fresh) and (select count(*) from closed) >= 0),
    spent as (insert into budget_spend as sums (counter, bucket, spent, forgotten_at)
      select counter, bucket, sum(amount), max(forgotten_at) from charges group by counter, bucket order by counter, bucket
      on conflict (counter, bucket) do update set spent = sums.spent + excluded.spent
      returning 1),
    owed as (select counter, window_id, sum(leased) as amount from charges group by counter, window_id
      having (select count(*) from spent) > 0),
    locked as (select lease.counter, lease.window_id, owed.amount
      from budget_leases as lease join owed on lease.counter = owed.counter and lease.window_id = owed.window_id
      where lease.instance = $8 order by lease.counter, lease.window_id for update of lease),
    paid as (update budget_leases as lease set amount = greatest(0, lease.amount - locked.amount) from locked
      where lease.counter = locked.counter and lease.window_id = locked.window_id and lease.instance = $8)
    select ok from fresh`;
}
