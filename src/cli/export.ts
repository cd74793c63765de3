import { once } from 'node:events';
import { exportCalls, exportUsage } from '../ledger/export.ts';
import { exportQuery } from '../ledger/export-query.ts';
import { openReports } from '../ledger/open-reports.ts';
import { createLog } from '../telemetry/log.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

/** `kanon export calls|usage`: beside a running gateway too. To standard output; no payload is ever part of it. */
export async function exportRecords(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseOptions(
    args,
    {
      from: { type: 'string' },
      to: { type: 'string' },
      app: { type: 'string' },
      by: { type: 'string' },
      format: { type: 'string' },
      data: { type: 'string' },
    },
    true,
  );
  const { data, ...words } = values;
  const [what] = positionals;
  const { from, to, filter, by, format, ...query } = exportQuery({ ...words, what }, (name, message) => new CommandLineError(`${name === 'what' ? 'export' : `--${name}`}: ${message}`));
  const reports = await openReports({ dataDir: dataDirOf(data, env), databaseUrl: env['DATABASE_URL'], log: createLog('warn') });
  try {
    if (query.what === 'usage') await write(exportUsage(await reports.usage({ by, from, to, filter }), format));
    else for await (const piece of exportCalls(reports, { ...filter, from, to }, format)) await write(piece);
    return 0;
  } finally {
    await reports.close();
  }
}

/** As fast as it is taken. */
async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}
