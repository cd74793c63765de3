import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { Opened } from '../budgets/charge.ts';
import { reservationRows, sumCharges } from './budgets.ts';
import { addPayloads } from './payloads.ts';
import { rollupsOf, SUMS, type Rollup } from './rollup.ts';
import type { StoredCall } from './stored-call.ts';
import type { Tables } from './tables.ts';

/**
 * Adds calls to SQLite, as `addCalls` does to PostgreSQL: in one transaction, and with the same outcome. Here there is
 * no way to a server that few statements would shorten, so that each row has its own, compiled once: that takes half
 * the time of one with many rows, and a tenth of what building statements takes.
 */
export class SqliteCalls {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** By table: its rows have all the same columns. */
  readonly #inserts = new Map<string, { columns: readonly string[]; statement: StatementSync }>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /**
   * Resolves when the calls are durable.
   * @param connection this database's own, held for this alone
   * @param instance whose leases pay
   * @param opened calls under way that are written down in the same commit
   */
  async add(connection: Kysely<Tables>, instance: string, calls: readonly StoredCall[], opened: Opened | null): Promise<void> {
    this.#run('begin immediate');
    try {
      if (opened !== null) for (const row of reservationRows(opened)) this.#insert('reservations', row, ' on conflict (id) do nothing');
      const added = this.#add(instance, calls);
      // They are large, and few beside the calls: they go the way that both engines have.
      await addPayloads(connection, added.flatMap(({ payload }) => payload ?? []));
      this.#run('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#run('rollback');
      throw error;
    }
  }

  /** @returns those that were not there yet */
  #add(instance: string, calls: readonly StoredCall[]): StoredCall[] {
    const added = calls.filter(({ row }) => this.#insert('calls', { ...row }, ' on conflict (id) do nothing') === 1);
    for (const rollup of rollupsOf(added.map(({ row }) => row))) this.#addUp(rollup);
    for (const { row, charges } of calls) {
      if (charges !== null) this.#run('delete from reservations where id = ?', row.id);
    }
    for (const { counter, bucket, amount, forgottenAt, window, leased } of sumCharges(added.flatMap(({ charges }) => charges ?? []))) {
      this.#insert('budget_spend', { counter, bucket, spent: amount, forgotten_at: forgottenAt }, ' on conflict (counter, bucket) do update set spent = spent + excluded.spent');
      if (window !== null) this.#run('update budget_leases set amount = max(0, amount - ?) where counter = ? and window_id = ? and instance = ?', leased, counter, window, instance);
    }
    return added;
  }

  #addUp({ table, dimensions, rows }: Rollup): void {
    const sums = SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ');
    for (const row of rows) this.#insert(table, row, ` on conflict (${dimensions.join(', ')}) do update set ${sums}`);
  }

  /** @returns how many rows were changed: 0 or 1 */
  #insert(table: string, row: Readonly<Record<string, SQLInputValue>>, onConflict: string): number {
    let insert = this.#inserts.get(table);
    if (insert === undefined) {
      const columns = Object.keys(row);
      const statement = this.#db.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})${onConflict}`);
      insert = { columns, statement };
      this.#inserts.set(table, insert);
    }
    return Number(insert.statement.run(...insert.columns.map((column) => row[column] ?? null)).changes);
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return Number(statement.run(...values).changes);
  }
}
