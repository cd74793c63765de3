import type { Principal } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { MaskConfig, PolicyConfig } from '../config/config.ts';
import { compileGuardrail } from './guardrails/compile.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import type { Embed } from './guardrails/topics/topics.ts';
import { BUILT_IN_KINDS, Masker, MaskingError, type BuiltInKind, type MaskerOptions, type Masking } from './masking/index.ts';

/** A policy of the config, made ready to be followed. */
export interface Policy {
  name: string;
  /** The most that its principals may do; `*` is all. */
  scopes: readonly string[];
  /** Public names of models; null for all. */
  models: readonly string[] | null;
  /** Null where nothing is masked. */
  masking: PolicyMasking | null;
  /** In the order in which they judge. */
  guardrails: readonly Guardrail[];
  /** Tools of vendors' own that may be used. */
  vendorTools: 'all' | ReadonlySet<string>;
  /** Betas of Anthropic's API that may be used. */
  betas: ReadonlySet<string>;
}

export interface PolicyMasking {
  masker: Masker;
  /** Paint over the same in pictures. */
  pictures: boolean;
  /** Refuse what cannot be looked into: PDFs. */
  documents: boolean;
  /** What becomes of a call whose content cannot be masked. */
  fail: 'closed' | 'open';
}

/** The policies of one config. A reload makes new ones; calls under way keep what they began with. */
export class Policies {
  readonly #policies: ReadonlyMap<string, Policy>;

  /** @param options of every policy's masking: the key of hashes, the detector of names */
  constructor(configs: ReadonlyMap<string, PolicyConfig>, options: MaskerOptions, embed: Embed) {
    this.#policies = new Map([...configs].map(([name, config]) => [name, { name, scopes: config.scopes, models: config.models, masking: maskingOf(config, options), guardrails: config.guardrails.map((guardrail) => compileGuardrail(guardrail, embed)), vendorTools: toolsOf(config), betas: new Set(config.anthropicBetas) }]));
  }

  /** Undefined when the config has no policy of that name. */
  get(name: string): Policy | undefined {
    return this.#policies.get(name);
  }

  /** @throws KanonError FORBIDDEN when the principal's policy is gone: nobody is let through without one */
  of(principal: Principal): Policy {
    const policy = this.#policies.get(principal.policy);
    if (policy === undefined) throw new KanonError('FORBIDDEN', 'The policy of this key is not in the configuration any more; ask the operator.');
    return policy;
  }
}

function toolsOf({ vendorTools }: PolicyConfig): Policy['vendorTools'] {
  if (vendorTools === true) return 'all';
  return new Set(vendorTools === false ? [] : vendorTools);
}

function maskingOf({ mask, maskImages, maskDocuments, maskFail }: PolicyConfig, options: MaskerOptions): PolicyMasking | null {
  if (mask.length === 0) return null;
  return { masker: new Masker(toMasking(mask), options), pictures: maskImages, documents: maskDocuments, fail: maskFail };
}

/** @throws MaskingError `configuration`; the check of the config finds the same, with its place */
function toMasking(entries: readonly MaskConfig[]): Masking {
  const kinds: { kind: BuiltInKind; mode: 'reversible' | 'redact' | 'hash' }[] = [];
  const patterns: NonNullable<Masking['patterns']>[number][] = [];
  const words: NonNullable<Masking['words']>[number][] = [];
  for (const entry of entries) {
    if (typeof entry === 'string') kinds.push({ kind: builtIn(entry), mode: 'reversible' });
    else if (entry.kind !== undefined) kinds.push({ kind: builtIn(entry.kind), mode: entry.mode });
    else if (entry.name !== undefined && entry.pattern !== undefined) patterns.push({ name: entry.name, pattern: entry.pattern, mode: entry.mode });
    else if (entry.name !== undefined && entry.words !== undefined) words.push({ name: entry.name, words: entry.words, mode: entry.mode });
    else throw new MaskingError('configuration', 'An entry of mask has neither a kind nor a name with a pattern or words.');
  }
  return { kinds, patterns, words };
}

function builtIn(name: string): BuiltInKind {
  const kind = BUILT_IN_KINDS.find((known) => known === name);
  if (kind === undefined) throw new MaskingError('configuration', `No kind is called ${name}.`);
  return kind;
}
