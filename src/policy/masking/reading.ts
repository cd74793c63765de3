import { setImmediate } from 'node:timers/promises';
import { AbortedError } from '../../canonical/errors.ts';
import { MaskingError } from './errors.ts';
import { jsonViewOf } from './json-view.ts';
import type { JsonView } from './json-view.ts';
import type { Masker } from './masker.ts';
import type { Span } from './span.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

/** A text to mask. `json`: tool-call arguments and the like; values are masked inside the JSON, which stays JSON. */
export interface MaskInput {
  readonly text: string;
  readonly json?: boolean;
}

/** A text as it was given, as detectors see it, and all that they found in that view. */
export interface ReadText {
  readonly text: string;
  readonly view: View;
  readonly json: JsonView | undefined;
  readonly found: Span[];
}

/** UTF-16 units from which on others get a turn between two detectors (each takes some milliseconds). */
const LONG = 32_768;

/**
 * Looks into a text with all detectors: most at once, a long one or one that a model looks into by and by.
 *
 * @throws MaskingError, AbortedError; the promise rejects with the same.
 */
export function readText(masker: Masker, { text, json }: MaskInput, signal: AbortSignal | undefined): ReadText | Promise<ReadText> {
  throwIfAborted(signal);
  const { maxLength, names } = masker.options;
  if (text.length > maxLength) throw new MaskingError('overload', `A text of more than ${maxLength} characters cannot be masked.`);
  const jsonView = json ? jsonViewOf(text) : undefined;
  const read: ReadText = { text, view: jsonView ?? viewOf(text), json: jsonView, found: [] };
  if (text.length > LONG || (names !== undefined && masker.modes.has('PERSON'))) return readInTurns(masker, read, signal);
  for (const detect of masker.detectors) add(read, detect(read.view.text));
  return read;
}

async function readInTurns(masker: Masker, read: ReadText, signal: AbortSignal | undefined): Promise<ReadText> {
  for (const detect of masker.detectors) {
    add(read, detect(read.view.text));
    if (read.text.length > LONG) await setImmediate();
    throwIfAborted(signal);
  }
  if (masker.modes.has('PERSON')) add(read, await namesIn(masker, read.view.text, signal));
  return read;
}

function add({ found }: ReadText, spans: readonly Span[]): void {
  for (const span of spans) found.push(span);
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError(signal.reason);
}

/** The finds of the model for names, where there is one. */
async function namesIn(masker: Masker, text: string, signal: AbortSignal | undefined): Promise<Span[]> {
  const { names, namesDeadlineMs } = masker.options;
  if (!names) return [];
  const deadline = AbortSignal.timeout(namesDeadlineMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const found = await untilAborted(names(text, either), either);
    return found.map(({ start, end }) => {
      if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > text.length || start >= end) throw new RangeError('A span lies outside of the text.');
      return { start, end, kind: 'PERSON' };
    });
  } catch {
    throwIfAborted(signal);
    if (deadline.aborted) throw new MaskingError('deadline', `Names were not found within ${namesDeadlineMs} ms.`);
    // Without the cause: a model's message may quote the text.
    throw new MaskingError('crash', 'The detector of names failed.');
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
