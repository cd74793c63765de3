import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '../../canonical/call.ts';
import { InputError } from '../../canonical/errors.ts';
import { cacheWish } from './cache-control.ts';

/**
 * What a caller says of its calls in headers: `x-kanon-deadline-ms`, milliseconds after which the answer is of no use
 * any more, `x-kanon-priority`, `interactive` or `batch`, and `cache-control` of kept answers.
 * @throws InputError
 */
export function wishesOf(headers: IncomingHttpHeaders): Pick<CallContext, 'endsAt' | 'priority' | 'cache'> {
  const deadline = headers['x-kanon-deadline-ms'];
  const priority = headers['x-kanon-priority'];
  const cacheControl = headers['cache-control'];
  return {
    ...(deadline !== undefined && { endsAt: performance.now() + millisecondsOf(String(deadline)) }),
    ...(priority !== undefined && { priority: priorityOf(String(priority)) }),
    ...(cacheControl !== undefined && { cache: cacheWish(cacheControl, 'cache-control') }),
  };
}

function millisecondsOf(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InputError('x-kanon-deadline-ms', 'expected milliseconds, a whole number from 1.');
  return Number(text);
}

function priorityOf(text: string): 'INTERACTIVE' | 'BATCH' {
  const priority = text.toUpperCase();
  if (priority !== 'INTERACTIVE' && priority !== 'BATCH') throw new InputError('x-kanon-priority', 'expected interactive or batch.');
  return priority;
}
