import { UpstreamFailure } from '../../canonical/failure.ts';
import { garbled, parseFields, type Fields } from '../shared/fields.ts';
import { readAll, type ResponseBody } from './response-body.ts';

/** Most bytes of a whole answer: 2,048 vectors of 3,072 floats written as text are about 80 MB. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/**
 * Reads a whole answer.
 * @throws UpstreamFailure `cut` or `garbled`; the signal's reason
 */
export async function answerWhole(body: ResponseBody, signal: AbortSignal): Promise<Fields> {
  let bytes: Buffer;
  try {
    bytes = await readAll(body, MAX_ANSWER_BYTES);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof RangeError) throw garbled(error.message, error);
    throw new UpstreamFailure('cut', 'the connection broke before the answer was complete', { cause: error });
  }
  return parseFields(bytes.toString('utf8'));
}
