import type { Migration } from 'kysely/migration';
import * as calls from './0001-calls.ts';
import * as keys from './0002-keys.ts';
import * as budgets from './0003-budgets.ts';
import * as payloads from './0004-payloads.ts';
import * as usageByDay from './0005-usage-by-day.ts';

/** All migrations in order. One that was released is never changed: another follows it. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-calls': calls,
  '0002-keys': keys,
  '0003-budgets': budgets,
  '0004-payloads': payloads,
  '0005-usage-by-day': usageByDay,
};
