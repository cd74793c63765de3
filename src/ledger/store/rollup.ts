import { type Insertable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { CallRow, Tables, UsageRollupRow, UsageSums, UserUsageRollupRow } from './tables.ts';

const HOUR_MS = 3_600_000;
/** Rows of one upsert: 22 columns each. */
const CHUNK = 100;

type Sums = Insertable<UsageSums>;
export const SUMS = [
  'calls',
  'errors',
  'aborted',
  'input',
  'output',
  'cached_input',
  'cache_write',
  'reasoning',
  'audio_input',
  'audio_output',
  'image_input',
  'cost_nano',
  'unknown_cost',
  'estimated',
] as const satisfies readonly (keyof Sums)[];

const BY_HOUR = ['hour', 'app', 'team', 'model', 'provider', 'operation'] as const;
const BY_USER = [...BY_HOUR, 'user_name', 'key_id'] as const;

type ByHour = Insertable<UsageRollupRow>;
type ByUser = Insertable<UserUsageRollupRow>;

/** What calls add to a table of sums: a row a group, sorted, so that instances that lock them in order cannot lock each other out. */
export type Rollup =
  | { table: 'usage_by_hour'; dimensions: typeof BY_HOUR; rows: readonly Row<ByHour>[] }
  | { table: 'usage_by_hour_and_user' | 'usage_by_day_and_user'; dimensions: typeof BY_USER; rows: readonly Row<ByUser>[] };
/** With the names of its columns as an index. */
type Row<T> = { [K in keyof T]: T[K] };

/** What the calls add to the sums of their hours and days. */
export function rollupsOf(calls: readonly CallRow[]): Rollup[] {
  const byUser = group(calls.map(contribution), BY_USER);
  const byDay = byUser.map((row) => ({ ...row, hour: row.hour - (row.hour % 24) }));
  return [
    { table: 'usage_by_hour', dimensions: BY_HOUR, rows: group(byUser, BY_HOUR).map(withoutUser) },
    { table: 'usage_by_hour_and_user', dimensions: BY_USER, rows: byUser },
    { table: 'usage_by_day_and_user', dimensions: BY_USER, rows: group(byDay, BY_USER) },
  ];
}

export const BY = { usage_by_hour: BY_HOUR, usage_by_hour_and_user: BY_USER, usage_by_day_and_user: BY_USER } as const;

/** Adds the calls to the sums. Belongs into the transaction that adds the calls. */
export async function addToRollups(db: Kysely<Tables>, calls: readonly CallRow[]): Promise<void> {
  for (const { table, dimensions, rows } of rollupsOf(calls)) {
    for (let at = 0; at < rows.length; at += CHUNK) {
      await db
        .insertInto(table)
        .values(rows.slice(at, at + CHUNK))
        .onConflict((conflict) => conflict.columns([...dimensions]).doUpdateSet(added(table)))
        .execute();
    }
  }
}

/** Spelled out: what is left over in the object would be inserted. */
function withoutUser(row: ByUser): ByHour {
  const { hour, app, team, model, provider, operation } = row;
  const { calls, errors, aborted, input, output, cached_input, cache_write, reasoning, audio_input, audio_output, image_input } = row;
  const { cost_nano, unknown_cost, estimated } = row;
  const tokens = { input, output, cached_input, cache_write, reasoning, audio_input, audio_output, image_input };
  return { hour, app, team, model, provider, operation, calls, errors, aborted, ...tokens, cost_nano, unknown_cost, estimated };
}

/** Each sum plus what the conflicting row brings. */
function added(table: string): Record<string, RawBuilder<number>> {
  return Object.fromEntries(SUMS.map((sum) => [sum, sql<number>`${sql.ref(`${table}.${sum}`)} + ${sql.ref(`excluded.${sum}`)}`]));
}

function contribution(call: CallRow): ByUser {
  return {
    hour: Math.floor(call.started_at / HOUR_MS),
    app: call.app ?? '',
    team: call.team ?? '',
    model: call.model,
    provider: call.provider ?? '',
    operation: call.operation,
    user_name: call.user_name ?? '',
    key_id: call.key_id ?? '',
    calls: 1,
    errors: call.outcome === 'ERROR' ? 1 : 0,
    aborted: call.outcome === 'ABORTED' ? 1 : 0,
    input: call.input,
    output: call.output,
    cached_input: call.cached_input,
    cache_write: call.cache_write,
    reasoning: call.reasoning,
    audio_input: call.audio_input,
    audio_output: call.audio_output,
    image_input: call.image_input,
    cost_nano: call.cost_nano ?? 0,
    unknown_cost: call.cost_nano === null ? 1 : 0,
    estimated: call.usage_reported === 0 ? 1 : 0,
  };
}

function group(rows: readonly ByUser[], key: readonly (keyof ByUser)[]): ByUser[] {
  const groups = new Map<string, ByUser>();
  for (const row of rows) {
    let name = '';
    // No name holds a NUL: `toRow` takes them out.
    for (const column of key) name += `${row[column]}\0`;
    const sums = groups.get(name);
    if (sums === undefined) groups.set(name, { ...row });
    else for (const sum of SUMS) sums[sum] += row[sum];
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
