import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { EmbedReading, EmbedRequest } from '../../canonical/results.ts';
import { addUsage, NO_USAGE, type TokenUsage } from '../../canonical/usage.ts';
import { answerWhole } from '../http/answer-whole.ts';
import type { AttemptContext } from '../provider.ts';
import { count, fields, garbled, isFields, list, type Fields } from '../shared/fields.ts';
import { toUnit } from '../shared/unit.ts';
import type { OpenAIClient } from './client.ts';
import { failureOfErrorObject } from './errors.ts';

/** Batches of one request that are under way at once. */
const PARALLEL = 4;

interface Batch {
  vectors: Float32Array[];
  usage: TokenUsage;
}

/**
 * Embeds texts, in as many requests as the vendor's limit asks for.
 * @param batchSize most texts of one request
 */
export async function embed(
  client: OpenAIClient,
  batchSize: number,
  request: EmbedRequest,
  attempt: AttemptContext,
): Promise<EmbedReading> {
  const batches: string[][] = [];
  for (let start = 0; start < request.texts.length; start += batchSize) batches.push(request.texts.slice(start, start + batchSize));

  const answers: Batch[] = [];
  // The first failure ends its fellows too: what they would bring is of no use.
  const stop = new AbortController();
  const signal = AbortSignal.any([attempt.signal, stop.signal]);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < batches.length; index = next++) {
      answers[index] = await embedBatch(client, batches[index] ?? [], request.dimensions, attempt.targetModel, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(PARALLEL, batches.length) }, worker));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
  const vectors = answers.flatMap((batch) => batch.vectors);
  if (vectors.some((vector) => vector.length !== vectors[0]?.length)) throw garbled('vectors of different lengths');
  return { vectors, usage: answers.map((batch) => batch.usage).reduce(addUsage, NO_USAGE), warnings: [] };
}

async function embedBatch(
  client: OpenAIClient,
  texts: string[],
  dimensions: number | null,
  model: string,
  signal: AbortSignal,
): Promise<Batch> {
  const body: EmbeddingCreateParams = { model, input: texts, encoding_format: 'base64' };
  if (dimensions !== null) body.dimensions = dimensions;
  const { body: bytes } = await client.send('/embeddings', body, signal);
  const answer = await answerWhole(bytes, signal);
  if (answer['error'] !== undefined && answer['error'] !== null) throw failureOfErrorObject(answer['error']);
  return { vectors: readVectors(answer, texts.length), usage: readUsage(answer) };
}

/** Vectors in the order of the texts, whatever the order of the answer. */
function readVectors(answer: Fields, expected: number): Float32Array[] {
  const data = list(answer['data'], 'data');
  if (data.length !== expected) throw garbled(`${data.length} vectors for ${expected} texts`);
  const vectors: Float32Array[] = [];
  for (const [place, value] of data.entries()) {
    const item = fields(value, 'an embedding');
    const index = typeof item['index'] === 'number' ? item['index'] : place;
    if (!Number.isInteger(index) || index < 0 || index >= expected || vectors[index]) throw garbled('embeddings out of their places');
    vectors[index] = toUnit(readVector(item['embedding']));
  }
  return vectors;
}

/** Base64 of little-endian 32-bit floats, or a list of numbers from a server that does not know base64. */
function readVector(value: unknown): Float32Array {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length === 0 || bytes.length % 4 !== 0) throw garbled('an embedding is no list of 32-bit floats');
    const vector = new Float32Array(bytes.length / 4);
    for (let index = 0; index < vector.length; index++) vector[index] = bytes.readFloatLE(index * 4);
    return finite(vector);
  }
  const numbers = list(value, 'an embedding');
  if (numbers.length === 0 || !numbers.every((number) => typeof number === 'number')) throw garbled('an embedding is no list of numbers');
  return finite(Float32Array.from(numbers));
}

function finite(vector: Float32Array): Float32Array {
  if (!vector.every((value) => Number.isFinite(value))) throw garbled('an embedding is not finite');
  return vector;
}

function readUsage(answer: Fields): TokenUsage {
  const usage = answer['usage'];
  // Without a count this is unknown, not nothing: whoever settles the call estimates it.
  if (!isFields(usage)) return { ...NO_USAGE, reported: false };
  return { ...NO_USAGE, input: count(usage['prompt_tokens'] ?? usage['total_tokens']) };
}
