import { once } from 'node:events';
import { exportCalls, exportUsage, type ExportFormat } from '../ledger/export.ts';
import { openReports } from '../ledger/open-reports.ts';
import { USAGE_DIMENSIONS, type UsageDimension } from '../ledger/record.ts';
import { createLog } from '../telemetry/log.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

const FORMATS: readonly ExportFormat[] = ['ndjson', 'csv'];

/** `kanon export calls|usage`: beside a running gateway too. To standard output; no payload is ever part of it. */
export async function exportRecords(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseOptions(
    args,
    {
      from: { type: 'string' },
      to: { type: 'string' },
      app: { type: 'string' },
      by: { type: 'string', default: 'app,model,day' },
      format: { type: 'string', default: 'ndjson' },
      data: { type: 'string' },
    },
    true,
  );
  const [what] = positionals;
  if (what !== 'calls' && what !== 'usage') throw new CommandLineError('export: expected calls or usage.');
  const format = FORMATS.find((known) => known === values.format);
  if (format === undefined) throw new CommandLineError(`--format: expected csv or ndjson, found "${values.format}".`);
  const from = timeOf('--from', values.from ?? '1970-01-01');
  const to = values.to === undefined ? new Date() : timeOf('--to', values.to);
  const filter = values.app === undefined ? {} : { app: values.app };
  const by = dimensionsOf(values.by);
  const reports = await openReports({ dataDir: dataDirOf(values.data, env), databaseUrl: env['DATABASE_URL'], log: createLog('warn') });
  try {
    if (what === 'usage') await write(exportUsage(await reports.usage({ by, from, to, filter }), format));
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

function timeOf(flag: string, text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) throw new CommandLineError(`${flag}: expected a date or a time as ISO 8601, such as 2026-11-01; found "${text}".`);
  return time;
}

function dimensionsOf(text: string): UsageDimension[] {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const dimension = USAGE_DIMENSIONS.find((known) => known === name.toUpperCase());
      if (dimension === undefined) throw new CommandLineError(`--by: there is no "${name}"; there are ${USAGE_DIMENSIONS.map((known) => known.toLowerCase()).join(', ')}.`);
      return dimension;
    });
}
