import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Levels as pino has them; `silent` for tests. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The structured log: one JSON object a line on standard error, so that standard output stays a program's answer. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
}
