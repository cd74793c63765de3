import type { Migration } from 'kysely/migration';
import { up as calls } from './0001-calls.ts';
import { up as keys } from './0002-keys.ts';
import { up as budgets } from './0003-budgets.ts';
import { up as payloads } from './0004-payloads.ts';
import { up as usageByDay } from './0005-usage-by-day.ts';
import { up as payloadExpiry } from './0006-payload-expiry.ts';
import { up as kindsAndTiers } from './0007-kinds-and-tiers.ts';
import { up as sentiment } from './0008-sentiment.ts';
import { up as originalsAndPictures } from './0009-originals-and-pictures.ts';
import { up as alerts } from './0010-alerts.ts';

/** All migrations in order. One that was released is never changed: another follows it. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-calls': { up: calls },
  '0002-keys': { up: keys },
  '0003-budgets': { up: budgets },
  '0004-payloads': { up: payloads },
  '0005-usage-by-day': { up: usageByDay },
  '0006-payload-expiry': { up: payloadExpiry },
  '0007-kinds-and-tiers': { up: kindsAndTiers },
  '0008-sentiment': { up: sentiment },
  '0009-originals-and-pictures': { up: originalsAndPictures },
  '0010-alerts': { up: alerts },
};
