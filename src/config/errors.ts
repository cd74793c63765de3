import type { Problem } from './problem.ts';

/** `UNREADABLE`: no file, too large, not text. `SYNTAX`: not YAML. `INVALID`: YAML that says something impossible. */
export type ConfigErrorCode = 'CONFIG_UNREADABLE' | 'CONFIG_SYNTAX' | 'CONFIG_INVALID';

const MOST_SHOWN = 50;
const WIDEST_LINE = 160;

/** The config cannot be used. The message lists every problem as a compiler would, and holds no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  /** The file, as it was named. */
  readonly file: string;
  /** At least one, in the order of the file. */
  readonly problems: readonly Problem[];

  /** @param source the text that the problems are shown in, without its secrets */
  constructor(code: ConfigErrorCode, file: string, problems: readonly Problem[], source = '', cause?: unknown) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    super(render(file, sorted, source), cause === undefined ? undefined : { cause });
    this.code = code;
    this.file = file;
    this.problems = sorted;
  }
}

function render(file: string, problems: readonly Problem[], source: string): string {
  const lines = source.split(/\r?\n/);
  const shown = problems.slice(0, MOST_SHOWN).map((problem) => renderProblem(file, problem, lines[problem.line - 1]));
  if (problems.length > MOST_SHOWN) shown.push(`... and ${problems.length - MOST_SHOWN} more`);
  return shown.join('\n');
}

function renderProblem(file: string, problem: Problem, line: string | undefined): string {
  const path = problem.path === '' ? '' : ` ${problem.path}:`;
  const head = `${file}:${problem.line}:${problem.column}${path === '' ? ':' : path} ${problem.message}`;
  if (line === undefined || line.trim() === '') return head;
  // A long line (minified JSON) is shown around the fault.
  const from = problem.column > WIDEST_LINE - 40 ? problem.column - 40 : 0;
  const text = line.slice(from, from + WIDEST_LINE);
  const before = text.slice(0, problem.column - 1 - from).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(problem.length, text.length - before.length));
  const gutter = String(problem.line).padStart(4);
  return `${head}\n${gutter} | ${text}\n${' '.repeat(gutter.length)} | ${before}${'^'.repeat(width)}`;
}
