import { createRequire } from 'node:module';
import type * as re2js from 're2js';
import type { Detector } from './detector.ts';
import { MaskingError } from './errors.ts';
import type { Span } from './span.ts';

const require = createRequire(import.meta.url);

/** Longest pattern, in UTF-16 units. */
const MAX_PATTERN = 1000;
/** Largest compiled program: `(a{1000}){50}` is a pattern too. */
const MAX_PROGRAM = 5000;
/**
 * Milliseconds that one pattern may work on one text. A single search is linear, but thousands of finds that each
 * look far ahead add up; the clock is read between finds.
 */
const DEADLINE_MS = 100;

/**
 * A detector from an operator's regular expression, on the linear RE2 engine (RE2 syntax,
 * https://github.com/google/re2/wiki/Syntax). Empty finds are left out.
 *
 * @throws MaskingError `configuration` where the pattern does not compile, with its name and the reason.
 */
export function patternDetector(name: string, pattern: string): Detector {
  const engine = compile(name, pattern);
  return (text) => {
    const spans: Span[] = [];
    if (!engine.test(text)) return spans;
    const matcher = engine.matcher(text);
    const until = performance.now() + DEADLINE_MS;
    while (matcher.find()) {
      if (performance.now() > until) throw new MaskingError('deadline', `The pattern ${name} took longer than ${DEADLINE_MS} ms.`);
      if (matcher.end() > matcher.start()) spans.push({ start: matcher.start(), end: matcher.end(), kind: name });
    }
    return spans;
  };
}

function compile(name: string, pattern: string): re2js.RE2JS {
  if (pattern === '' || pattern.length > MAX_PATTERN) {
    throw new MaskingError('configuration', `The pattern ${name} must be 1 to ${MAX_PATTERN} characters long.`);
  }
  let engine: re2js.RE2JS;
  try {
    engine = library().RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new MaskingError(
      'configuration',
      `The pattern ${name} does not compile: ${reason}. Patterns are RE2: no look-around (?=, ?!, ?<=), no back-references (\\1).`,
      error,
    );
  }
  if (engine.programSize() > MAX_PROGRAM) {
    throw new MaskingError('configuration', `The pattern ${name} is too large when compiled; use smaller repetitions.`);
  }
  return engine;
}

/** Loaded for the first pattern of an operator. */
function library(): typeof re2js {
  return require('re2js');
}
