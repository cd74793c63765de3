import { KanonError, InputError, MediaError } from '../../../canonical/errors.ts';
import { type FailureKind, UpstreamFailure } from '../../../canonical/failure.ts';

/** The jobs that a worker does, by name. */
export type WorkerJobs<J> = { [K in keyof J]: { input: unknown; output: unknown } };

/** What the host sends to its child. */
export type HostMessage =
  | { type: 'job'; id: number; job: string; input: unknown }
  /** Nobody waits for this job any more. */
  | { type: 'abort'; id: number };

/** What the child sends to its host. `rss` is its resident memory in bytes. */
export type WorkerMessage =
  | { type: 'ready'; rss: number }
  | { type: 'answer'; id: number; output: unknown; rss: number }
  | { type: 'failure'; id: number; error: WireError; rss: number }
  | { type: 'log'; level: 'debug' | 'info' | 'warn'; fields: Record<string, string | number | boolean>; message: string };

/** An error on its way between processes: structured clone loses classes, so the kind travels beside the message. */
export type WireError =
  | { class: 'upstream'; kind: FailureKind; message: string; retryAfterMs: number | undefined }
  | { class: 'media'; code: 'MEDIA_UNSUPPORTED' | 'MEDIA_TOO_LARGE'; message: string }
  | { class: 'input'; field: string; message: string }
  | { class: 'other'; message: string };

/** Puts an error into a form that survives the way between processes. */
export function toWire(error: unknown): WireError {
  if (error instanceof UpstreamFailure) {
    return { class: 'upstream', kind: error.kind, message: error.message, retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof InputError) {
    const field = error.details.field ?? 'input';
    return { class: 'input', field, message: error.message.replace(`${field}: `, '') };
  }
  if (error instanceof KanonError && (error.code === 'MEDIA_UNSUPPORTED' || error.code === 'MEDIA_TOO_LARGE')) {
    return { class: 'media', code: error.code, message: error.message };
  }
  return { class: 'other', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

/** The error that the child threw, as its own class again; one of an unknown class is a `server` failure. */
export function fromWire(error: WireError): Error {
  switch (error.class) {
    case 'upstream':
      return new UpstreamFailure(error.kind, error.message, { retryAfterMs: error.retryAfterMs });
    case 'media':
      return new MediaError(error.code, error.message);
    case 'input':
      return new InputError(error.field, error.message);
    case 'other':
      return new UpstreamFailure('server', error.message);
  }
}

/** Both ends are ours, so a look at the tag is enough. */
export function isMessage<M extends { type: string }>(value: unknown, ...types: M['type'][]): value is M {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return types.some((type) => type === value.type);
}
