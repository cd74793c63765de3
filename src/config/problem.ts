import type { Place } from './config.ts';

/** Keys and indexes from the top of the file. */
export type Path = readonly (string | number)[];

/** One thing wrong with the file. */
export interface Problem extends Place {
  message: string;
  /** What was probably meant: a key or a value that would be accepted. */
  suggestion?: string;
  /** Letters that the caret underlines. */
  length: number;
}

/** `models.default.targets[1].provider`; names with other letters in brackets: `models["gpt-4.1"]`. */
export function showPath(path: Path): string {
  let shown = '';
  for (const key of path) {
    if (typeof key === 'number') shown += `[${key}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) shown += shown === '' ? key : `.${key}`;
    else shown += `[${JSON.stringify(key)}]`;
  }
  return shown;
}
