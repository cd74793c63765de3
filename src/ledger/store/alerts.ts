import { type Kysely, sql } from 'kysely';
import type { AlertKey, AlertLook, AlertStep, AlertTask, SeenAlert } from '../../telemetry/alerts/agreement.ts';
import type { AlertRow, Tables } from './tables.ts';

/** What this instance saw firing when it last said so. */
export async function alertsSeenBy(db: Kysely<Tables>, instance: string): Promise<SeenAlert[]> {
  return await db
    .selectFrom('alerts')
    .innerJoin('alert_sightings', (join) => join.onRef('alert_sightings.rule', '=', 'alerts.rule').onRef('alert_sightings.subject', '=', 'alerts.subject'))
    .select(['alerts.rule', 'alerts.subject', 'alerts.detail'])
    .where('alert_sightings.instance', '=', instance)
    .execute();
}

/**
 * Notes down what an instance sees, and gives it what it is to tell: the begin of what nobody saw before, and the end
 * of what nobody sees any more. Each is given to one instance, and to another when that one is gone before it has told it.
 */
export async function agreeOnAlerts(db: Kysely<Tables>, instance: string, look: AlertLook): Promise<AlertTask[]> {
  if (look.seen.length === 0 && (await db.selectFrom('alerts').select('rule').limit(1).execute()).length === 0) return [];
  return await db.transaction().execute(async (trx) => {
    // One instance at a time: of two that see the same at once, or no longer see it, one is the first and one the last.
    await trx.updateTable('versions').set({ version: sql<number>`version + 1` }).where('name', '=', 'alerts').execute();
    const now = Date.now();
    await noteSightings(trx, instance, look, now);
    const sightings = await trx.selectFrom('alert_sightings').select(['rule', 'subject']).distinct().execute();
    const round = { instance, now, until: now + look.keepMs, live: keysOf(sightings), telling: stepsOf(look.telling), told: stepsOf(look.told) };
    const before = await trx.selectFrom('alerts').selectAll().execute();
    const known = keysOf(before);
    const begun = look.seen.filter((one) => !known.has(nameOf(one)));
    const tasks: AlertTask[] = [];
    for (const row of [...before, ...begun.map(beginning)]) {
      const next = decide(row, round);
      await write(trx, row, next);
      if (next !== null && isFor(next, round)) tasks.push({ rule: row.rule, subject: row.subject, state: next.state, detail: next.detail });
    }
    return tasks;
  });
}

interface Round {
  instance: string;
  now: number;
  /** Until when others leave to this instance what it takes on. */
  until: number;
  /** Which alerts an instance sees. */
  live: ReadonlySet<string>;
  telling: ReadonlySet<string>;
  told: ReadonlySet<string>;
}

function beginning({ rule, subject, detail }: SeenAlert): AlertRow {
  return { rule, subject, state: 'firing', told: 0, teller: null, teller_until: 0, detail };
}

/** How an alert stands after this round; null when it is over and that has been told. */
function decide(row: AlertRow, round: Round): AlertRow | null {
  const next = turned(heard(row, round), round);
  if (next.told === 1) return next.state === 'resolved' ? null : next;
  const isOurs = next.teller === round.instance;
  return isOurs || !isBeingTold(next, round) ? { ...next, teller: round.instance, teller_until: round.until } : next;
}

/** Over when nobody sees it and its begin has been told; not over when somebody sees it again. */
function turned(row: AlertRow, round: Round): AlertRow {
  const isLive = round.live.has(nameOf(row));
  if (row.state === 'resolved' && isLive) return { ...row, state: 'firing', told: 0, teller: null };
  if (row.state === 'firing' && !isLive && !isBeingTold(row, round)) return heard({ ...row, state: 'resolved', told: 0, teller: null }, round);
  return row;
}

function heard(row: AlertRow, { told }: Round): AlertRow {
  return told.has(stepName(row)) ? { ...row, told: 1 } : row;
}

/** By an instance that lives. One that has started anew tells nothing yet. */
function isBeingTold({ told, teller, teller_until, ...row }: AlertRow, { instance, now, telling }: Round): boolean {
  if (told === 1 || teller === null) return false;
  return teller === instance ? telling.has(stepName(row)) : teller_until >= now;
}

function isFor(row: AlertRow, { instance, telling }: Round): boolean {
  return row.told === 0 && row.teller === instance && !telling.has(stepName(row));
}

async function noteSightings(trx: Kysely<Tables>, instance: string, { seen, keepMs }: AlertLook, now: number): Promise<void> {
  await trx
    .deleteFrom('alert_sightings')
    .where((eb) => eb.or([eb('instance', '=', instance), eb('expires_at', '<', now)]))
    .execute();
  const rows = seen.map(({ rule, subject }) => ({ rule, subject, instance, expires_at: now + keepMs }));
  for (let at = 0; at < rows.length; at += 100) await trx.insertInto('alert_sightings').values(rows.slice(at, at + 100)).execute();
}

async function write(trx: Kysely<Tables>, row: AlertRow, next: AlertRow | null): Promise<void> {
  if (next === row) return;
  if (next === null) {
    await trx.deleteFrom('alerts').where('rule', '=', row.rule).where('subject', '=', row.subject).execute();
    return;
  }
  const { state, told, teller, teller_until } = next;
  await trx
    .insertInto('alerts')
    .values(next)
    .onConflict((conflict) => conflict.columns(['rule', 'subject']).doUpdateSet({ state, told, teller, teller_until }))
    .execute();
}

function keysOf(keys: readonly AlertKey[]): Set<string> {
  return new Set(keys.map(nameOf));
}

function stepsOf(steps: readonly AlertStep[]): Set<string> {
  return new Set(steps.map(stepName));
}

/** The name of a rule holds no space. */
function nameOf({ rule, subject }: AlertKey): string {
  return `${rule} ${subject}`;
}

function stepName({ state, ...key }: AlertStep): string {
  return `${state} ${nameOf(key)}`;
}
