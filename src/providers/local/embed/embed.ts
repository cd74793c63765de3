import { UpstreamFailure } from '../../../canonical/failure.ts';
import { NO_USAGE } from '../../../canonical/usage.ts';
import type { UnaryAnswer } from '../../provider.ts';
import type { TextJobs } from '../jobs.ts';
import type { WorkerHost } from '../runtime/worker-host.ts';

const DIMENSIONS = 384;
/** Texts of one job, so that another caller's short question does not wait for a thousand texts. */
const TEXTS_A_JOB = 32;
/** 256 tokens are never longer. */
const MOST_CHARACTERS = 32_768;

/** Embedding with MiniLM, on the worker of the text models. */
export function createEmbed(worker: WorkerHost<TextJobs>): UnaryAnswer<'EMBED'> {
  return async ({ texts, dimensions }, { signal }) => {
    const size = dimensions ?? DIMENSIONS;
    if (!Number.isInteger(size) || size < 1 || size > DIMENSIONS) {
      throw new UpstreamFailure('bad_request', `The local model minilm has ${DIMENSIONS} dimensions; ${size} cannot be had.`);
    }
    const vectors: Float32Array[] = [];
    let input = 0;
    let cut = 0;
    for (let from = 0; from < texts.length; from += TEXTS_A_JOB) {
      const some = texts.slice(from, from + TEXTS_A_JOB).map((text) => text.slice(0, MOST_CHARACTERS));
      const answer = await worker.run('embed', { texts: some }, signal);
      vectors.push(...answer.vectors);
      input += answer.tokens;
      cut += answer.cut;
    }
    const warnings: string[] = [];
    if (cut > 0) warnings.push(`${cut} of ${texts.length} texts are longer than 256 tokens; their rest is not in the vector.`);
    if (size < DIMENSIONS) {
      warnings.push(`minilm was not trained for ${size} dimensions: its first ${size} of ${DIMENSIONS} are less precise.`);
    }
    return {
      vectors: size < DIMENSIONS ? vectors.map((vector) => shorten(vector, size)) : vectors,
      usage: { ...NO_USAGE, input },
      warnings,
    };
  };
}

/** The first numbers, at length 1 again. */
function shorten(vector: Float32Array, size: number): Float32Array {
  const short = vector.slice(0, size);
  const length = Math.hypot(...short);
  return length === 0 ? short : short.map((value) => value / length);
}
