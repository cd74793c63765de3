import { UpstreamFailure } from '../../canonical/failure.ts';
import type { ChatChunk } from '../../canonical/chat.ts';
import { garbled } from '../shared/fields.ts';
import type { ResponseBody } from './response-body.ts';
import { SseError, SseSplitter, type ServerSentEvent } from './sse.ts';

/**
 * How far a stream has come: `open` until the vendor has said why its answer ended, `answered` from then on, `ended`
 * when nothing more can come.
 */
export type StreamProgress = 'open' | 'answered' | 'ended';

/** How one vendor's events become canonical ones. */
export interface StreamTranslator {
  /** @throws UpstreamFailure for an event that cannot be read, or one that says what went wrong */
  take(event: ServerSentEvent): ChatChunk[];
  progress(): StreamProgress;
  /** What is left to say of an answer that is complete: the usage and the finish. */
  close(): ChatChunk[];
}

/** A complete answer is waited on for its usage and its terminator for so long (ms) and no longer. */
const GRACE_MS = 800;

/**
 * Reads a vendor's stream to its end, in batches of what arrived together. A stream that breaks before the vendor has said that the answer is complete
 * throws; one that breaks, stays open or becomes unreadable after that is complete.
 * @throws UpstreamFailure `cut`, `connection`, `garbled`, or what the vendor's own error event says; the signal's reason
 */
export async function* answerStream(
  body: ResponseBody,
  translator: StreamTranslator,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk[]> {
  const splitter = new SseSplitter();
  let began = false;
  try {
    for (let bytes: Uint8Array | null | undefined; bytes !== null && translator.progress() === 'open'; ) {
      bytes = await body.next();
      const chunks: ChatChunk[] = [];
      let failure: { error: unknown } | null = null;
      try {
        let part: Uint8Array | null | undefined = bytes;
        while (part !== undefined) {
          const events = part === null ? splitter.end() : splitter.push(part);
          if (events.length > 0) began = true;
          takeAll(translator, events, chunks);
          // What has arrived together goes on together.
          part = part === null || translator.progress() !== 'open' ? undefined : body.ready();
        }
      } catch (error) {
        failure = { error };
      }
      if (chunks.length > 0) yield chunks;
      if (failure !== null) throw failure.error;
    }
    if (translator.progress() === 'open') throw new UpstreamFailure('cut', 'the stream ended before the answer was complete');
    await readRest(body, splitter, translator);
    // Whoever reads may stop at the finish and never come back.
    body.drain();
    yield translator.close();
  } catch (error) {
    throw streamFailure(error, began, signal);
  } finally {
    // After the end or the drain this does nothing.
    body.cancel(new Error('the reader stopped'));
  }
}

/** Translates events up to the first that fails, and throws that: what came before it is still the vendor's answer. */
function takeAll(translator: StreamTranslator, events: readonly ServerSentEvent[], chunks: ChatChunk[]): void {
  for (const event of events) {
    if (translator.progress() === 'open') chunks.push(...translator.take(event));
    else takeRest(translator, event);
  }
}

/** Of a complete answer nothing but the usage is of interest, and nothing that goes wrong now can spoil it. */
async function readRest(body: ResponseBody, splitter: SseSplitter, translator: StreamTranslator): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), GRACE_MS);
  });
  try {
    while (translator.progress() === 'answered') {
      const next = body.next();
      next.catch(() => undefined);
      const bytes = await Promise.race([next, late]);
      for (const event of bytes === null ? splitter.end() : splitter.push(bytes)) takeRest(translator, event);
      if (bytes === null) return;
    }
  } catch {
    return;
  } finally {
    clearTimeout(timer);
  }
}

function takeRest(translator: StreamTranslator, event: ServerSentEvent): void {
  try {
    translator.take(event);
  } catch {
    // A usage that cannot be read is one that was not reported.
  }
}

function streamFailure(error: unknown, began: boolean, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof UpstreamFailure) return error;
  if (error instanceof SseError) return garbled(error.message, error);
  return new UpstreamFailure(
    began ? 'cut' : 'connection',
    began ? 'the connection broke before the answer was complete' : 'the connection broke before the answer began',
    { cause: error },
  );
}
