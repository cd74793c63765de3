import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

/**
 * Forms that their issuers publish, most of them for GitHub's secret scanning partners. What each begins with is
 * unmistakable, so length bounds are loose: a key that was cut short is still a secret.
 */
const ISSUED = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'sk-(?:ant-|proj-|svcacct-|or-v1-|lf-)?[A-Za-z0-9_-]{16,256}', // OpenAI, Anthropic, OpenRouter
    '[prs]k_(?:live|test)_[A-Za-z0-9]{10,256}', // Stripe
    'whsec_[A-Za-z0-9+/=]{16,128}',
    '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}(?![A-Za-z0-9])', // AWS key ids
    'gh[pousr]_[A-Za-z0-9]{20,255}', // GitHub
    'github_pat_[A-Za-z0-9_]{22,255}',
    'gl(?:pat|ptt|dt|rt|cbt|soat|agent)-[A-Za-z0-9_-]{20,128}', // GitLab
    'xox[abeoprs]-[A-Za-z0-9-]{10,256}', // Slack
    'xapp-[A-Za-z0-9-]{10,256}',
    'AIza[A-Za-z0-9_-]{30,64}', // Google
    'GOCSPX-[A-Za-z0-9_-]{20,64}',
    'ya29\\.[A-Za-z0-9_-]{20,512}',
    'hf_[A-Za-z0-9]{20,128}', // Hugging Face
    'npm_[A-Za-z0-9]{30,128}',
    'pypi-[A-Za-z0-9_-]{30,512}',
    'dop_v1_[a-f0-9]{40,128}', // DigitalOcean
    'do[or]_v1_[a-f0-9]{40,128}',
    'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32,64}', // Shopify
    'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}', // SendGrid
    'key-[a-f0-9]{32}(?![A-Za-z0-9])', // Mailgun
    '(?:AC|SK)[a-f0-9]{32}(?![A-Za-z0-9])', // Twilio
    'sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,64}', // Square
    'EAA[A-Za-z0-9]{30,512}', // Facebook
    'gsk_[A-Za-z0-9]{20,128}', // Groq
    'r8_[A-Za-z0-9]{30,64}', // Replicate
    'pplx-[A-Za-z0-9]{30,128}',
    'xai-[A-Za-z0-9]{30,256}',
    'lin_api_[A-Za-z0-9]{20,128}',
    'ntn_[A-Za-z0-9]{30,128}',
    'secret_[A-Za-z0-9]{40,64}', // Notion
    'dp\\.(?:pt|st|ct|sa)\\.[A-Za-z0-9_-]{20,128}', // Doppler
    'hvs\\.[A-Za-z0-9_-]{20,256}', // Vault
    'AGE-SECRET-KEY-1[A-Z0-9]{40,80}',
    'kn_[A-Za-z0-9_-]{16,256}', // Kanon's own
    '\\d{8,10}:AA[A-Za-z0-9_-]{30,50}', // Telegram
    'eyJ[A-Za-z0-9_-]{5,4096}\\.eyJ[A-Za-z0-9_-]{2,8192}(?:\\.[A-Za-z0-9_-]{0,2048})?', // JWT (RFC 7519)
  ].join('|')})`,
  'g',
);

const BEARER = /\b(?:bearer|basic)[ \t]{1,4}([A-Za-z0-9._~+/=-]{16,4096})/gi;

/** A word for a secret, then a value: `DB_PASSWORD=...`, `"apiKey": "..."`, `Passwort: ...`, `password is ...`. */
const ASSIGNED =
  /(?:api[ _-]?key|access[ _-]?key|secret[ _-]?key|account[ _-]?key|auth[ _-]?token|access[ _-]?token|refresh[ _-]?token|client[ _-]?secret|private[ _-]?key|secret|token|passw(?:or)?d|passwort|kennwort|pwd|api-schlüssel|zugangsschlüssel|passphrase)(?:[_-](?:key|id|value|access|live|test|prod))?["'`\]*]{0,3}(?:[ \t]{0,4}(?:[:=]{1,2}>?|=>)|[ \t]{1,2}(?:is|ist|lautet|was)\b:?)[ \t]{0,4}["'`*]{0,3}([^\s"'`,;<>(){}\\]{6,512})/gi;

/** API keys, tokens and passwords: by the issuers' prefixes, by `Bearer`, and by the words they are assigned to. */
export const findApiKeys: Detector = (text) => {
  const spans: Span[] = [];
  if (hasLongToken(text)) {
    for (const match of text.matchAll(ISSUED)) add(spans, match.index, match.index + match[0].length);
    if (/(?:bearer|basic)[ \t]/i.test(text)) for (const match of text.matchAll(BEARER)) addGroup(spans, match);
  }
  if (/key|token|secret|passw|kennwort|pwd|schlüssel|passphrase/i.test(text)) {
    for (const match of text.matchAll(ASSIGNED)) if (isSecretLike(match[1] ?? '') && !isIdentifier(match, text)) addGroup(spans, match);
  }
  return spans;
};

/** Whether there are 14 units in a row of which keys are made. A loop: as a pattern this took ten times as long. */
function hasLongToken(text: string): boolean {
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // Letters, digits, and + - . / _ =; nothing above ASCII.
    const isPart = (unit >= 97 && unit <= 122) || (unit >= 43 && unit <= 57 && unit !== 44) || (unit >= 65 && unit <= 90) || unit === 95 || unit === 61;
    run = isPart ? run + 1 : 0;
    if (run === 14) return true;
  }
  return false;
}

/** `token = readToken(request)`: what is assigned is code. */
function isIdentifier(match: RegExpExecArray, text: string): boolean {
  const value = match[1] ?? '';
  const isQuoted = /["'`]/.test(text.charAt(match.index + match[0].length - value.length - 1));
  return /^[\p{L}_$][\w$]*(?:\.[\w$]+)*$/u.test(value) && !isQuoted && (text.charAt(match.index + match[0].length) === '(' || /^[A-Za-z.]+$/.test(value));
}

/** A secret mixes kinds of characters. `token: undefined` and `password is required` do not. */
function isSecretLike(value: string): boolean {
  const clean = value.replace(/[.,!?]+$/, '');
  if (/^(?:\$\{|\{\{|\[|<|process\.|os\.|env\.|https?:)|^[^@]{1,64}@[^@]{1,250}\.\p{L}{2,}$/u.test(clean)) return false;
  if (/\d/.test(clean)) return /[^\d.]/.test(clean) || clean.length >= 6;
  return /[!#$%&*+=?@^~|]/.test(clean) || (/[a-z]/.test(clean) && /[A-Z]/.test(clean.slice(1)) && clean.length >= 8);
}

function addGroup(spans: Span[], match: RegExpExecArray): void {
  const value = match[1] ?? '';
  const end = match.index + match[0].length;
  add(spans, end - value.length, end - (/[.,!?]+$/.exec(value)?.[0].length ?? 0));
}

function add(spans: Span[], start: number, end: number): void {
  spans.push({ start, end, kind: 'API_KEY' });
}
