import { type Kysely, sql } from 'kysely';

/** Sums by user and key for whole days: a report of months reads one row where it read up to twenty-four. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table usage_by_day_and_user (
    hour integer not null, app text not null, team text not null, model text not null, provider text not null,
    operation text not null, user_name text not null, key_id text not null,
    calls bigint not null, errors bigint not null, aborted bigint not null, input bigint not null, output bigint not null,
    cached_input bigint not null, cache_write bigint not null, reasoning bigint not null, cost_nano bigint not null,
    unknown_cost bigint not null, estimated bigint not null,
    primary key (hour, app, team, model, provider, operation, user_name, key_id))`.execute(db);
  await sql`insert into usage_by_day_and_user
    select hour / 24 * 24, app, team, model, provider, operation, user_name, key_id,
      sum(calls), sum(errors), sum(aborted), sum(input), sum(output), sum(cached_input), sum(cache_write), sum(reasoning),
      sum(cost_nano), sum(unknown_cost), sum(estimated)
    from usage_by_hour_and_user group by 1, 2, 3, 4, 5, 6, 7, 8`.execute(db);
}
