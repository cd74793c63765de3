import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Operation } from '../../canonical/results.ts';
import { toUsd } from '../money.ts';
import type { UsageDimension, UsageFilter, UsageRow } from '../record.ts';
import type { Tables } from './tables.ts';

const HOUR_MS = 3_600_000;

/** What a dimension is in the tables of sums. */
const EXPRESSIONS = {
  APP: 'app',
  USER: 'user_name',
  TEAM: 'team',
  KEY: 'key_id',
  MODEL: 'model',
  PROVIDER: 'provider',
  OPERATION: 'operation',
  DAY: 'hour / 24',
  HOUR: 'hour',
} as const satisfies Record<UsageDimension, string>;

export interface UsageSelection {
  by: readonly UsageDimension[];
  /** Milliseconds since 1970; hours that begin in [from, to) after rounding `from` down. */
  from: number;
  to: number;
  filter: UsageFilter;
  /** Most rows. */
  limit: number;
}

type Cell = string | number | null;

/** Sums of usage by the asked dimensions; the table without users and keys serves when neither is asked for. */
export async function sumUsage(db: Kysely<Tables>, { by, from, to, filter, limit }: UsageSelection): Promise<UsageRow[]> {
  const byUser = by.includes('USER') || by.includes('KEY') || filter.user !== undefined || filter.keyId !== undefined;
  const dimensions = [...new Set(by)];
  const groups = dimensions.map((dimension) => sql.raw(EXPRESSIONS[dimension]));
  const named = dimensions.map((dimension) => sql.raw(`${EXPRESSIONS[dimension]} as "${dimension}"`));
  const conditions = filters(filter).map(([column, value]) => sql`${sql.raw(column)} = ${value}`);
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const [first, end] = [Math.floor(from / HOUR_MS), Math.ceil(to / HOUR_MS)];
  const rowsOf = byUser ? userRows(first, end, by.includes('HOUR')) : sql`select * from usage_by_hour where hour >= ${first} and hour < ${end}`;
  // Without a group there is one row, also of nothing: it is left out as an empty group is.
  const grouping = groups.length === 0 ? sql`having count(*) > 0` : sql`group by ${sql.join(groups)} order by ${sql.join(groups)}`;
  const { rows } = await sql<Record<string, Cell>>`
    select ${sql.join([...named, ...SUMS.map((sum) => sql.raw(`cast(sum(${sum}) as text) as ${sum}`))])}
    from (${rowsOf}) as sums ${where} ${grouping} limit ${limit}`.execute(db);
  return rows.map(usageRow);
}

/** Whole days from their own table, and the hours before and after them; all by the hour where hours are asked for. */
function userRows(first: number, end: number, byHour: boolean): RawBuilder<unknown> {
  const firstDay = Math.ceil(first / 24) * 24;
  const endDay = Math.floor(end / 24) * 24;
  if (byHour || firstDay >= endDay) return sql`select * from usage_by_hour_and_user where hour >= ${first} and hour < ${end}`;
  return sql`select * from usage_by_day_and_user where hour >= ${firstDay} and hour < ${endDay}
    union all select * from usage_by_hour_and_user where hour >= ${first} and hour < ${firstDay}
    union all select * from usage_by_hour_and_user where hour >= ${endDay} and hour < ${end}`;
}

const SUMS = [
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
];

function filters(filter: UsageFilter): [string, string][] {
  const given: [string, string | undefined][] = [
    ['app', filter.app],
    ['user_name', filter.user],
    ['team', filter.team],
    ['key_id', filter.keyId],
    ['model', filter.model],
    ['provider', filter.provider],
    ['operation', filter.operation],
  ];
  return given.flatMap(([column, value]) => (value === undefined ? [] : [[column, value]]));
}

function usageRow(row: Record<string, Cell>): UsageRow {
  const text = (name: UsageDimension): string | null => {
    const value = row[name];
    return value === undefined || value === null || value === '' ? null : String(value);
  };
  const sum = (name: string): number => Number(row[name] ?? 0);
  const day = row['DAY'];
  const hour = row['HOUR'];
  return {
    app: text('APP'),
    user: text('USER'),
    team: text('TEAM'),
    keyId: text('KEY'),
    model: text('MODEL'),
    provider: text('PROVIDER'),
    operation: text('OPERATION') as Operation | null,
    day: typeof day === 'number' ? new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10) : null,
    hour: typeof hour === 'number' ? new Date(hour * HOUR_MS).toISOString() : null,
    calls: sum('calls'),
    errors: sum('errors'),
    aborted: sum('aborted'),
    input: sum('input'),
    output: sum('output'),
    cachedInput: sum('cached_input'),
    cacheWrite: sum('cache_write'),
    reasoning: sum('reasoning'),
    audioInput: sum('audio_input'),
    audioOutput: sum('audio_output'),
    imageInput: sum('image_input'),
    costUsd: toUsd(row['cost_nano'] ?? 0),
    callsWithUnknownCost: sum('unknown_cost'),
    callsWithEstimatedUsage: sum('estimated'),
  };
}
