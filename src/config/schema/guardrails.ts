import { z } from 'zod';
import { headers } from './providers.ts';
import { baseUrl, duration, nonEmpty } from './scalars.ts';

const on = (places: readonly ('input' | 'grounding' | 'output')[]) =>
  z
    .array(z.enum(['input', 'grounding', 'output']))
    .min(1)
    .default([...places])
    .describe('What is judged: what callers say, what was retrieved (grounding, results of tools), what models answer.');
const fail = z.enum(['closed', 'open']).default('closed').describe('When it cannot judge: refuse the call, or go on with a warning.');
const judging = (mode: 'flag' | 'block') => z.enum(['flag', 'block']).default(mode).describe('flag: a warning. block: the call is refused.');
const taking = (mode: 'block' | 'rewrite') => z.enum(['flag', 'block', 'rewrite']).default(mode).describe('flag: a warning. block: the call is refused. rewrite: it is taken out.');
const EVERYWHERE = ['input', 'grounding', 'output'] as const;

const injection = z.strictObject({
  kind: z.literal('injection'),
  threshold: z.number().min(0.05).max(1).default(0.6).describe('Score from which on a text counts as an attempt to take over the model.'),
  mode: judging('flag'),
  on: on(['input', 'grounding']),
  fail,
});
const words = z.strictObject({ kind: z.literal('words'), words: z.array(nonEmpty.max(200)).min(1).max(20_000).describe('Whole words or phrases, in any case.'), mode: taking('block'), on: on(EVERYWHERE), fail });
const pattern = z.strictObject({ kind: z.literal('pattern'), pattern: nonEmpty.max(1000).describe('A regular expression in RE2 syntax.'), mode: taking('block'), on: on(EVERYWHERE), fail });
const length = z.strictObject({ kind: z.literal('length'), most: z.int().min(1).max(10_000_000).describe('Most letters of all texts together.'), mode: judging('block'), on: on(['input']), fail });
const languages = z.strictObject({ kind: z.literal('languages'), allowed: z.array(z.string().regex(/^[a-z]{2}$/, { error: 'expected a language such as en or de' })).min(1).describe('ISO 639-1 codes.'), mode: judging('block'), on: on(['input']), fail });
const secrets = z.strictObject({ kind: z.literal('secrets'), mode: taking('block'), on: on(['output']), fail });
const systemPrompt = z.strictObject({ kind: z.literal('systemPrompt'), mode: taking('block'), fail });
const topics = z.strictObject({
  kind: z.literal('topics'),
  denied: z
    .array(z.strictObject({ name: nonEmpty.max(100).describe('Shown to callers.'), examples: z.array(nonEmpty.max(500)).min(1).max(50).describe('Sentences about it, ten or so.') }))
    .min(1)
    .max(50)
    .describe('What must not be talked about.'),
  threshold: z.number().min(0.1).max(1).default(0.5).describe('From where on a sentence is about a topic, on the way from everyday talk (0) to the examples (1).'),
  mode: judging('block'),
  on: on(['input']),
  fail,
});
const jsonSchema = z.strictObject({ kind: z.literal('jsonSchema'), schema: z.record(z.string(), z.unknown()).describe('The JSON Schema that every answer must fit.'), mode: judging('block'), fail });
const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: baseUrl.describe('A service of yours that is asked by POST.'),
  headers: headers.describe('More headers on every request to it; write secrets as ${NAME}.'),
  timeoutMs: duration.prefault('2s').describe('How long it may take.'),
  mode: taking('block'),
  on: on(EVERYWHERE),
  fail,
});

/** Rules on the content of calls, in the order in which they judge. */
export const guardrail = z.discriminatedUnion('kind', [injection, words, pattern, length, languages, secrets, systemPrompt, topics, jsonSchema, webhook]);

const SHOWN_KEYS = new Set<unknown>(['kind', 'mode', 'on', 'fail', 'threshold', 'words', 'pattern', 'most', 'allowed', 'denied', 'schema', 'url', 'timeoutMs']);

/** True where a guardrail's secrets stand, under a mistyped key as well: what the file has there is never shown. */
export function isGuardrailSecret(path: readonly (string | number)[]): boolean {
  return path[0] === 'policies' && path[2] === 'guardrails' && path.length > 4 && !SHOWN_KEYS.has(path[4]);
}
