import { z } from 'zod';
import { alerts } from './alerts.ts';
import { auth } from './auth.ts';
import { budgets } from './budgets.ts';
import { ledger } from './ledger.ts';
import { media } from './media.ts';
import { models } from './models.ts';
import { policies } from './policies.ts';
import { providers } from './providers.ts';
import { server } from './server.ts';
import { telemetry } from './telemetry.ts';

/** The whole file: one key a concern. A new concern is one file here and one line below. */
export const root = z.strictObject({
  server: server.prefault({}).describe('What the transports let in.'),
  providers: providers.describe('Vendors and runtimes, by the name that targets use.'),
  models: models.describe('Public models by name. The first of an operation answers requests that name none.'),
  policies: policies.prefault({}).describe('What callers may do, and what happens to their content, by the name that keys carry.'),
  budgets: budgets.default([]).describe('How much apps, users, teams and models may use, whatever the policy.'),
  ledger: ledger.prefault({}).describe('The record of calls.'),
  auth: auth.prefault({}).describe('Who may call, beside those with a key.'),
  media: media.prefault({}).describe('Pictures and sound that callers send.'),
  alerts: alerts.prefault({}).describe('Who is told when something goes wrong.'),
  telemetry: telemetry.prefault({}).describe('What is told about the work.'),
});
