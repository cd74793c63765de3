import type { Detector } from './detector.ts';
import { findAddresses } from './detectors/address.ts';
import { findApiKeys } from './detectors/api-key.ts';
import { findCards } from './detectors/card.ts';
import { findDatesOfBirth } from './detectors/date-of-birth.ts';
import { findEmails } from './detectors/email.ts';
import { findIbans } from './detectors/iban.ts';
import { findIps } from './detectors/ip.ts';
import { findNationalIds } from './detectors/national-id.ts';
import { findPersons } from './detectors/person.ts';
import { findPhones } from './detectors/phone.ts';
import { findPrivateKeys } from './detectors/private-key.ts';
import { findUrlCredentials } from './detectors/url-credentials.ts';
import { MaskingError } from './errors.ts';
import { BUILT_IN_KINDS, isKindName } from './kinds.ts';
import type { BuiltInKind, Masking, MaskKind, MaskMode } from './kinds.ts';
import { patternDetector } from './patterns.ts';
import { LITERAL, MaskSession } from './session.ts';
import { resolveOverlaps } from './span.ts';
import type { ResolvedSpan } from './span.ts';
import { viewOf } from './view.ts';
import { WordIndex } from './words.ts';

/**
 * A model that finds names, given by the composition root; its finds are added to those of the rules. It must
 * follow the signal. Positions are UTF-16 units of the text it was given.
 */
export type NameDetector = (text: string, signal: AbortSignal) => Promise<readonly { start: number; end: number }[]>;

export interface MaskerOptions {
  /** Default: rules and word lists alone. */
  readonly names?: NameDetector;
  /** Milliseconds that `names` may take for one text. Default 2000. */
  readonly namesDeadlineMs?: number;
  /** The key of mode `hash`; at least 16 bytes. Equal values hash equally under one key. */
  readonly hashKey?: Uint8Array;
  /** UTF-16 units of one text; longer ones are refused with `overload`. Default 1,000,000. */
  readonly maxLength?: number;
  /** Different values in one session; more are refused with `overload`. Default 20,000. */
  readonly maxValues?: number;
}

const DETECTORS: Readonly<Record<BuiltInKind, Detector>> = {
  PRIVATE_KEY: findPrivateKeys,
  API_KEY: findApiKeys,
  URL_CREDENTIALS: findUrlCredentials,
  EMAIL: findEmails,
  IBAN: findIbans,
  CARD: findCards,
  NATIONAL_ID: findNationalIds,
  IP: findIps,
  DATE_OF_BIRTH: findDatesOfBirth,
  PHONE: findPhones,
  ADDRESS: findAddresses,
  PERSON: findPersons,
};

/** A policy's masking, made ready once: patterns compiled, words indexed. Holds nothing of any text. */
export class Masker {
  readonly options: Required<Omit<MaskerOptions, 'names' | 'hashKey'>> & Pick<MaskerOptions, 'names' | 'hashKey'>;
  readonly modes: ReadonlyMap<MaskKind, MaskMode>;
  /** Kinds whose values come back. Longest first: a longer name is never read as a shorter one. */
  readonly placeholderKinds: readonly MaskKind[];
  /**
   * All of them. What they find in a view of a text is not yet resolved. Each throws MaskingError `crash` or
   * `deadline` where it failed; nothing is passed over.
   */
  readonly detectors: readonly Detector[];

  /** @throws MaskingError `configuration`: an unknown kind, a bad name or pattern, `hash` without a key. */
  constructor(masking: Masking, options: MaskerOptions = {}) {
    this.options = { ...options, namesDeadlineMs: options.namesDeadlineMs ?? 2000, maxLength: options.maxLength ?? 1_000_000, maxValues: options.maxValues ?? 20_000 };
    const modes = new Map<MaskKind, MaskMode>();
    const detectors: Detector[] = [];
    const add = (kind: MaskKind, mode: MaskMode, detector: Detector): void => {
      if (modes.has(kind)) throw new MaskingError('configuration', `${kind} is masked twice.`);
      modes.set(kind, mode);
      detectors.push(withoutCause(kind, detector));
    };
    for (const { kind, mode } of masking.kinds) {
      if (!Object.hasOwn(DETECTORS, kind)) throw new MaskingError('configuration', `No kind is called ${kind}. Kinds: ${BUILT_IN_KINDS.join(', ')}.`);
      add(kind, mode, DETECTORS[kind]);
    }
    for (const { name, pattern, mode } of masking.patterns ?? []) add(ownName(name), mode ?? 'reversible', patternDetector(name, pattern));
    for (const { name, words, mode } of masking.words ?? []) add(ownName(name), mode ?? 'reversible', wordDetector(name, words));
    if ([...modes.values()].includes('hash') && (options.hashKey?.length ?? 0) < 16) {
      throw new MaskingError('configuration', 'The mode hash needs a key of at least 16 bytes.');
    }
    this.modes = modes;
    const reversible = [...modes].filter(([, mode]) => mode === 'reversible').map(([kind]) => kind);
    this.placeholderKinds = [...reversible, LITERAL].sort((a, b) => b.length - a.length);
    this.detectors = detectors;
  }

  /** A new map from values to placeholders: one for a conversation, or for a call that carries the whole of it. */
  session(): MaskSession {
    return new MaskSession(this);
  }

  /**
   * What would be masked in a text, by positions of the text itself (UTF-16 units), sorted, free of overlaps. For
   * pictures, outputs and previews; by the rules alone, without the model for names.
   *
   * @throws MaskingError as `detectors` do.
   */
  find(text: string): ResolvedSpan[] {
    const view = viewOf(text);
    const spans = this.detectors.flatMap((detect) => detect(view.text));
    return resolveOverlaps(spans.map(({ start, end, kind }) => ({ start: view.startOf(start), end: view.endOf(end), kind })));
  }
}

/** The cause of a crash is left out on purpose: an engine's message may quote the text. */
function withoutCause(kind: MaskKind, detector: Detector): Detector {
  return (text) => {
    try {
      return detector(text);
    } catch (error) {
      throw error instanceof MaskingError ? error : new MaskingError('crash', `The detector of ${kind} failed.`);
    }
  };
}

function ownName(name: string): string {
  if (!isKindName(name) || Object.hasOwn(DETECTORS, name) || name === LITERAL) {
    throw new MaskingError('configuration', `"${name}" cannot name a pattern or word list: capitals, digits and _, ending in a letter, and no built-in kind.`);
  }
  return name;
}

function wordDetector(name: string, words: readonly string[]): Detector {
  const index = new WordIndex({ ignoreCase: true });
  for (const word of words) index.add(word, name);
  return (text) => index.find(text);
}
