import { InputError } from '../../../canonical/errors.ts';
import { callOf } from '../caller.ts';
import { whole, type Exchange, type WholeAnswer } from '../exchange.ts';
import { metaHeaders } from '../meta-headers.ts';
import { integer, list, oneOf, only, optional, text } from '../read.ts';

const KNOWN = new Set(['model', 'input', 'encoding_format', 'dimensions', 'user']);

/** `POST /v1/embeddings` */
export async function embeddings(exchange: Exchange): Promise<WholeAnswer> {
  const { body, services } = exchange;
  only(body, KNOWN, 'body');
  const model = text(body['model'], 'body.model');
  const texts = inputOf(body['input']);
  const format = optional(body['encoding_format'], 'body.encoding_format', (value, at) => oneOf(value, ['float', 'base64'], at)) ?? 'float';
  const dimensions = optional(body['dimensions'], 'body.dimensions', integer);
  const warnings = body['user'] == null ? [] : ['`user` is not told to the vendors of embeddings; it was left out.'];
  const { operations } = services;
  const loader = operations.embedLoader(callOf(exchange, null, warnings));
  const { vectors, meta } = await operations.embed(loader, model, texts, dimensions, 'body.input');
  const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: format === 'base64' ? base64(vector) : Array.from(vector) }));
  const usage = { prompt_tokens: meta.usage.input, total_tokens: meta.usage.input };
  return whole({ object: 'list', data, model: meta.model, usage }, metaHeaders(meta));
}

function inputOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return list(value, 'body.input').map((item, index) => {
    if (typeof item === 'number' || Array.isArray(item)) {
      throw new InputError(`body.input[${index}]`, 'expected a text: tokens are those of one model, and the gateway chooses it; send the text itself.');
    }
    return text(item, `body.input[${index}]`);
  });
}

/** Little-endian 32-bit floats, as the vendor gives them. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
