import { openKeys } from '../ledger/keys/open-keys.ts';
import { createLog } from '../telemetry/log.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

const MOST = 10_000;

/** `kanon audit`: who did what to which key or config, and who was refused and why; the newest last. Beside a running gateway too. */
export async function audit(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseOptions(args, { data: { type: 'string' }, first: { type: 'string', default: '100' } });
  const first = Number(values.first);
  if (!/^\d+$/.test(values.first) || first < 1 || first > MOST) throw new CommandLineError(`--first: expected 1 to ${MOST}, found "${values.first}".`);
  const options = { dataDir: dataDirOf(values.data, env), databaseUrl: env['DATABASE_URL'], secret: env['KANON_SECRET'], log: createLog('warn') };
  const opened = await openKeys(options);
  try {
    const trail = await opened.auditTrail(first, null);
    for (const { at, actor, action, subject, detail } of trail.reverse()) {
      console.log([at.toISOString(), actor, action, subject ?? '-', JSON.stringify(detail)].join('  '));
    }
    return 0;
  } finally {
    await opened.close();
  }
}
