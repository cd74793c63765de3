import { UpstreamFailure } from '../../canonical/failure.ts';

/** The target cannot do what is asked, known without asking it. */
export function unsupported(what: string): UpstreamFailure {
  return new UpstreamFailure('unsupported', what);
}
