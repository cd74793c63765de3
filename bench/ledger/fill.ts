import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

/** Where a ledger keeps its calls, closed meanwhile. */
export interface Shelf {
  dataDir: string;
  databaseUrl: string | undefined;
}

const SUMS = 'sum(input), sum(output), sum(cached_input), sum(cache_write), sum(reasoning), sum(audio_input), sum(audio_output), sum(image_input)';
const TOKENS = 'input, output, cached_input, cache_write, reasoning, audio_input, audio_output, image_input';
const COUNTS = "count(*), sum(case when outcome = 'ERROR' then 1 else 0 end), 0";

/**
 * Puts calls like those of `sampleCall` into an empty ledger, evenly over a time, with the sums that recording them
 * would have made. Some twenty times as fast as recording.
 */
export async function fill(shelf: Shelf, calls: number, from: Date, to: Date): Promise<void> {
  const onSqlite = shelf.databaseUrl === undefined;
  const hex = onSqlite ? "printf('%012x', i)" : "lpad(to_hex(i), 12, '0')";
  const step = (to.getTime() - from.getTime()) / calls;
  const call = `
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${calls - 1})
    insert into calls (id, started_at, duration_ms, first_token_ms, operation, model, provider, target_model, outcome, error_code, cached, streamed,
      key_id, app, user_name, team, request_id, ${TOKENS}, usage_reported, service_tier, cost_nano, price, attempts, masked, warnings, metadata)
    select '01900000-0000-7000-8000-' || ${hex}, cast(${from.getTime()} + cast(i as double precision) * ${step} as bigint), 812.5, 203.25, 'CHAT',
      case i % 5 when 0 then 'support-chat' when 1 then 'drafts' when 2 then 'feeling' when 3 then 'search' else 'documents' end,
      'anthropic', 'claude-sonnet-5', case i % 50 when 0 then 'ERROR' else 'OK' end, case i % 50 when 0 then 'UPSTREAM_TIMEOUT' end, 0, 1,
      'key-' || (i % 100), 'app-' || (i % 20), 'user-' || ((i * 7) % 1000), 'team-' || (i % 10), '01900000-0000-7000-9000-' || ${hex},
      1200, 340, 800, 0, 0, 0, 0, 0, 1, 'standard', 4360000,
      '{"source":"LIST","input":2,"output":10,"cachedInput":0.2,"cacheWrite":2.5,"audioInput":2,"audioOutput":10,"imageInput":2,"tiers":[]}',
      '[{"provider":"openai","targetModel":"gpt-5","outcome":"FAILED","durationMs":12,"reason":"server"},{"provider":"anthropic","targetModel":"claude-sonnet-5","outcome":"OK","durationMs":800,"reason":null}]',
      '[{"kind":"EMAIL","count":1}]', '[]', '{"order":' || i || '}' from n`;
  const user = `select started_at / 3600000, app, team, model, provider, operation, user_name, key_id, ${COUNTS}, ${SUMS}, sum(cost_nano), 0, 0
    from calls group by started_at / 3600000, app, team, model, provider, operation, user_name, key_id`;
  const columns = (more: string): string => `(hour, app, team, model, provider, operation${more}, calls, errors, aborted, ${TOKENS}, cost_nano, unknown_cost, estimated)`;
  const again = `sum(calls), sum(errors), sum(aborted), ${SUMS}, sum(cost_nano), sum(unknown_cost), sum(estimated)`;
  const statements = [
    call,
    `insert into usage_by_hour_and_user ${columns(', user_name, key_id')} ${user}`,
    `insert into usage_by_hour ${columns('')} select hour, app, team, model, provider, operation, ${again} from usage_by_hour_and_user group by hour, app, team, model, provider, operation`,
    `insert into usage_by_day_and_user ${columns(', user_name, key_id')} select hour / 24 * 24, app, team, model, provider, operation, user_name, key_id, ${again}
      from usage_by_hour_and_user group by hour / 24 * 24, app, team, model, provider, operation, user_name, key_id`,
  ];
  if (onSqlite) {
    const db = new DatabaseSync(join(shelf.dataDir, 'kanon.db'));
    for (const statement of ['pragma cache_size=-400000', ...statements]) db.exec(statement);
    db.close();
    return;
  }
  const client = new Client({ connectionString: shelf.databaseUrl });
  await client.connect();
  // As autovacuum would in the days that these calls stand for.
  for (const statement of [...statements, 'vacuum analyze']) await client.query(statement);
  await client.end();
}
