import type { GuardrailConfig } from '../../config/config.ts';
import { Masker } from '../masking/index.ts';
import type { GuardContext, Guardrail, Place } from './guardrail.ts';
import { findInjection } from './injection.ts';
import { findMisfit } from './json-schema.ts';
import { findLanguage } from './language.ts';
import { findSystemPrompt } from './system-prompt.ts';
import { findTopics, type Embed } from './topics/topics.ts';
import { askWebhook } from './webhook.ts';
import { finding, findPattern, findWords } from './words.ts';

/** Makes a guardrail of the config ready. @throws MaskingError for a pattern that does not compile */
export function compileGuardrail(config: GuardrailConfig, embed: Embed): Guardrail {
  const { kind, mode, fail } = config;
  const common = { kind, mode, fail, on: new Set<Place>('on' in config ? config.on : ['output']) };
  switch (config.kind) {
    case 'injection': {
      const check = findInjection(config.threshold);
      return { ...common, reach: 'whole', outputs: 'everything', check: (texts) => texts.map(check).find((found) => found !== null) ?? null };
    }
    case 'words':
      return { ...common, reach: 'window', check: findWords(config.words) };
    case 'pattern':
      return { ...common, reach: 'window', check: findPattern(config.pattern) };
    case 'length': {
      const { most } = config;
      return { ...common, reach: 'whole', outputs: 'prose', check: (texts) => (texts.reduce((sum, text) => sum + text.length, 0) > most ? { reason: `it is longer than ${most} letters`, spans: [] } : null) };
    }
    case 'languages': {
      const check = findLanguage(config.allowed);
      return { ...common, reach: 'whole', outputs: 'prose', check };
    }
    case 'secrets': {
      const masker = new Masker({ kinds: (['API_KEY', 'PRIVATE_KEY', 'URL_CREDENTIALS'] as const).map((kind) => ({ kind, mode: 'redact' })) });
      return { ...common, reach: 'window', check: (text) => finding('it holds a secret', masker.find(text)) };
    }
    case 'systemPrompt':
      return { ...common, reach: 'window', check: findSystemPrompt() };
    case 'topics': {
      const check = findTopics(config.denied, config.threshold, embed);
      return { ...common, reach: 'whole', outputs: 'everything', check: (texts, _place, { signal }: GuardContext) => check(texts, signal) };
    }
    case 'jsonSchema': {
      const check = findMisfit(config.schema);
      return { ...common, reach: 'whole', raw: true, outputs: 'reply', check: (texts) => texts.map(check).find((found) => found !== null) ?? null };
    }
    case 'webhook':
      return { ...common, reach: 'whole', raw: true, outputs: 'everything', check: askWebhook(config.url, config.headers, config.timeoutMs) };
  }
}
