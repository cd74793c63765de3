import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';

/** What the gateway reads once, when it starts: sockets, folders and the log are made of it. */
const AT_START = ['server', 'media', 'alerts', 'telemetry'] as const;

/** The sections of a reloaded config that wait for a restart, for the log: a reload must not seem to do what it does not. */
export function waitsForRestart(running: Config, loaded: Config): string[] {
  return AT_START.filter((section) => !isDeepStrictEqual(running[section], loaded[section]));
}
