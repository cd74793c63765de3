import type { LoadedConfig } from '../config/config.ts';
import { ConfigError } from '../config/errors.ts';
import { loadConfig } from '../config/load.ts';
import { waitsForRestart } from '../config/restart.ts';
import { watchConfig } from '../config/watch.ts';
import { Gateway } from '../gateway.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { settleHeap } from '../settle-heap.ts';
import { dataDirOf, parseOptions, portOf } from './options.ts';
import { untilSignal } from './signals.ts';

/** Letters of a reason that go into the audit trail; the log has all of it. */
const MOST_REASON = 500;

/** `kanon serve`: serves until SIGTERM or SIGINT. */
export async function serve(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseOptions(args, {
    config: { type: 'string', default: 'gateway.yaml' },
    port: { type: 'string' },
    host: { type: 'string' },
    data: { type: 'string' },
    dev: { type: 'boolean', default: false },
  });
  const loaded = await loadConfig(values.config, env);
  const log = createLog(loaded.config.telemetry.level);
  tellNotices(loaded, values.config, log);
  const gateway = await Gateway.start({
    loaded,
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port: portOf(values.port ?? env['PORT'] ?? '4000'),
    dataDir: dataDirOf(values.data, env),
    dev: values.dev,
    databaseUrl: env['DATABASE_URL'],
    redisUrl: env['REDIS_URL'],
    secret: env['KANON_SECRET'],
    adminKey: env['KANON_ADMIN_KEY'],
    otlp: { endpoint: env['OTEL_EXPORTER_OTLP_ENDPOINT'], headers: env['OTEL_EXPORTER_OTLP_HEADERS'], serviceName: env['OTEL_SERVICE_NAME'] },
    log,
  });
  const stopped = untilStopped(values.config, env, loaded, gateway, log);
  // Only now: whoever reads it may send a signal at once.
  if (gateway.newAdminKey !== null) {
    console.log(`The admin key, shown this once:\n\n  ${gateway.newAdminKey}\n`);
  }
  console.log(`Kanon listens on ${gateway.url}/graphql`);
  settleHeap();
  await stopped;
  return 0;
}

async function untilStopped(path: string, env: NodeJS.ProcessEnv, loaded: LoadedConfig, gateway: Gateway, log: Log): Promise<void> {
  const stop = new AbortController();
  const watcher = watchConfig(path, env, {
    digest: loaded.digest,
    signal: stop.signal,
    onChange: async (changed) => {
      tellNotices(changed, path, log);
      await gateway.reload(changed);
      const waiting = waitsForRestart(loaded.config, changed.config);
      if (waiting.length > 0) log.warn({ sections: waiting }, 'these sections of the new config hold from the next start on');
      log.info({ path }, 'the config was reloaded');
    },
    onRefused: (error) => {
      log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the new config is refused, and the running one stays');
      gateway.configRefused(shortReason(error));
    },
  });
  process.on('SIGHUP', () => {
    void watcher.reload();
    try {
      gateway.renewCertificate();
    } catch (error) {
      log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the new certificate is refused, and the old one stays');
    }
  });
  await untilSignal();
  stop.abort();
  log.info('closing');
  await gateway.close();
  process.removeAllListeners('SIGHUP');
}

/** What is wrong and where, without the lines of the file. */
function shortReason(error: unknown): string {
  if (!(error instanceof ConfigError)) return error instanceof Error ? error.message : String(error);
  return error.problems.map(({ line, column, path, message }) => `${line}:${column} ${path === '' ? '' : `${path}: `}${message}`).join(' ').slice(0, MOST_REASON);
}

function tellNotices({ notices }: LoadedConfig, path: string, log: Log): void {
  for (const { code, line, column, message } of notices) log.warn({ code, at: `${path}:${line}:${column}` }, message);
}
