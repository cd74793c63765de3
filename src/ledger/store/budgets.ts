import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Charge, LeasePart, LeaseReply, LeaseRequest, Lessee, Opened, OpenReservation } from '../budgets/charge.ts';
import type { Tables } from './tables.ts';

/** Part of what is left that an instance gets beyond what is asked for, so that it need not ask again at once. */
const SURPLUS = 1 / 8;

/**
 * Leases parts of limits to an instance. At all times what is used and what is leased are together at most the limit,
 * so instances that spend only what they have leased never pass it together.
 */
export async function lease(db: Kysely<Tables>, lessee: Lessee, requests: readonly LeaseRequest[]): Promise<LeaseReply[]> {
  return await db.transaction().execute(async (trx) => {
    const replies: LeaseReply[] = [];
    // The caller sorts by counter: instances that lock in one order do not lock each other out.
    for (const request of requests) replies.push(await leaseOne(trx, lessee, request));
    return replies;
  });
}

async function leaseOne(trx: Kysely<Tables>, lessee: Lessee, request: LeaseRequest): Promise<LeaseReply> {
  const { counter, window } = request;
  await trx
    .insertInto('budget_counters')
    .values({ counter, leases: 1 })
    .onConflict((conflict) => conflict.column('counter').doUpdateSet({ leases: sql<number>`budget_counters.leases + 1` }))
    .execute();
  const { spent, leased } = await standing(trx, request);
  const left = Math.max(0, request.cap - spent - leased);
  const granted = share(request, left, lessee.alone);
  if (granted > 0) {
    await trx
      .insertInto('budget_leases')
      .values({ counter, window_id: window, instance: lessee.instance, amount: granted, expires_at: Date.now() + lessee.leaseMs })
      .onConflict((conflict) =>
        conflict.columns(['counter', 'window_id', 'instance']).doUpdateSet({
          amount: sql<number>`budget_leases.amount + excluded.amount`,
          expires_at: later(sql.ref('budget_leases.expires_at'), sql`excluded.expires_at`),
        }),
      )
      .execute();
  }
  return { granted, available: left - granted, spent };
}

/**
 * One statement, so that use which moves from a lease to the sum meanwhile is seen in exactly one of them. A lease that
 * has expired counts until `clearAfter` has charged what was under way there.
 */
async function standing(
  db: Kysely<Tables>,
  { counter, window, from }: Pick<LeaseRequest, 'counter' | 'window' | 'from'>,
): Promise<{ spent: number; leased: number }> {
  const { rows } = await sql<{ spent: string; leased: string }>`select
    cast((select coalesce(sum(spent), 0) from budget_spend where counter = ${counter} and bucket >= ${from}) as text) as spent,
    cast((select coalesce(sum(amount), 0) from budget_leases
      where counter = ${counter} and window_id = ${window}) as text) as leased`.execute(db);
  return { spent: Number(rows[0]?.spent ?? 0), leased: Number(rows[0]?.leased ?? 0) };
}

/** In multiples of the least, where others lease too: a part that fits no call would be left over at each instance. */
function share({ least, wanted }: LeaseRequest, left: number, alone: boolean): number {
  if (left < least) return 0;
  if (alone) return left;
  const whole = (amount: number): number => Math.floor(amount / least) * least;
  const needed = Math.max(least, whole(Math.min(wanted, left)));
  return needed + whole((left - needed) * SURPLUS);
}

/** Where limits stand, for reports. */
export async function budgetStanding(
  db: Kysely<Tables>,
  counters: readonly Pick<LeaseRequest, 'counter' | 'window' | 'from'>[],
): Promise<{ spent: number; leased: number }[]> {
  const found: { spent: number; leased: number }[] = [];
  for (const counter of counters) found.push(await standing(db, counter));
  return found;
}

/** Charges of one counter and bucket together. */
interface ChargeSum extends Charge {
  /** How much of the amount a lease pays for. */
  leased: number;
}

/** The charges of each counter and bucket as one, in the order in which all instances lock them. */
export function sumCharges(charges: readonly Charge[]): ChargeSum[] {
  const sums = new Map<string, ChargeSum>();
  for (const one of charges) {
    const name = `${one.counter} ${one.bucket}`;
    const leased = one.window === null ? 0 : one.amount;
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { ...one, leased });
    else {
      sum.amount += one.amount;
      sum.leased += leased;
      // A bucket lies in one window: what is leased of it is of one lease.
      sum.window ??= one.window;
    }
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/** Adds use to the sums and takes it from the leases that paid for it. Belongs into the transaction of its call. */
export async function charge(trx: Kysely<Tables>, instance: string, charges: readonly Charge[]): Promise<void> {
  for (const { counter, bucket, amount, forgottenAt, window, leased } of sumCharges(charges)) {
    await trx
      .insertInto('budget_spend')
      .values({ counter, bucket, spent: amount, forgotten_at: forgottenAt })
      .onConflict((conflict) =>
        conflict.columns(['counter', 'bucket']).doUpdateSet({ spent: sql<number>`budget_spend.spent + excluded.spent` }),
      )
      .execute();
    if (window !== null) await payBack(trx, instance, { counter, window, amount: leased });
  }
}

/** Opens reservations in the record, so that they are found when this instance does not live to settle them. */
export async function openReservations(
  db: Kysely<Tables>,
  lessee: Lessee,
  reservations: readonly OpenReservation[],
): Promise<void> {
  const rows = reservationRows({ lessee, reservations });
  for (let at = 0; at < rows.length; at += 100) {
    await db
      .insertInto('reservations')
      .values(rows.slice(at, at + 100))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

export function reservationRows({ lessee, reservations }: Opened): { id: string; instance: string; expires_at: number; charges: string }[] {
  const expires_at = Date.now() + lessee.leaseMs;
  return reservations.map(({ id, charges }) => ({ id, instance: lessee.instance, expires_at, charges: JSON.stringify(charges) }));
}

/** Settles calls outside of `addCalls`: charges them, and closes their reservations. */
export async function settle(db: Kysely<Tables>, instance: string, settled: readonly OpenReservation[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await closeReservations(
      trx,
      settled.map(({ id }) => id),
    );
    await charge(
      trx,
      instance,
      settled.flatMap(({ charges }) => charges),
    );
  });
}

export async function closeReservations(trx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('reservations').where('id', 'in', ids).execute();
}

/** Gives back what an instance has leased and does not need, and says that it lives. */
export async function renewLeases(
  db: Kysely<Tables>,
  lessee: Lessee,
  returned: readonly LeasePart[],
): Promise<void> {
  const expires_at = later(sql.ref('expires_at'), sql`${Date.now() + lessee.leaseMs}`);
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('budget_leases').set({ expires_at }).where('instance', '=', lessee.instance).execute();
    await trx.updateTable('reservations').set({ expires_at }).where('instance', '=', lessee.instance).execute();
    for (const part of returned) await payBack(trx, lessee.instance, part);
    // Windows and users come and go: what is left of them would be renewed for as long as this instance lives.
    await trx.deleteFrom('budget_leases').where('instance', '=', lessee.instance).where('amount', '=', 0).execute();
  });
}

/** What was long under way to the database does not shorten what was renewed meanwhile. */
function later(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`case when ${one} > ${other} then ${one} else ${other} end`;
}

async function payBack(trx: Kysely<Tables>, instance: string, { counter, window, amount }: LeasePart): Promise<void> {
  await trx
    .updateTable('budget_leases')
    .set({ amount: sql<number>`case when amount > ${amount} then amount - ${amount} else 0 end` })
    .where('counter', '=', counter)
    .where('window_id', '=', window)
    .where('instance', '=', instance)
    .execute();
}

/**
 * Clears up after instances that are gone: their leases are free again, and calls that they had under way are
 * charged with what was reserved for them, as the vendor may well have been asked.
 * @param instance one that is known to be gone: this one's predecessor in its data folder, or at its end itself
 * @returns the calls that were found open
 */
export async function clearAfter(db: Kysely<Tables>, instance: string | null): Promise<OpenReservation[]> {
  return await db.transaction().execute(async (trx) => {
    const now = Date.now();
    const gone = trx
      .deleteFrom('reservations')
      .where((eb) => eb.or([eb('expires_at', '<', now), eb('instance', '=', instance ?? '')]))
      .returning(['id', 'charges', 'instance']);
    const open: OpenReservation[] = [];
    for (const row of await gone.execute()) {
      // Written by `openReservations`.
      const charges = JSON.parse(row.charges) as Charge[];
      await charge(trx, row.instance, charges);
      open.push({ id: row.id, charges });
    }
    await trx
      .deleteFrom('budget_leases')
      .where((eb) => eb.or([eb('expires_at', '<', now), eb('instance', '=', instance ?? '')]))
      .execute();
    await trx.deleteFrom('budget_spend').where('forgotten_at', '<', now).execute();
    return open;
  });
}
