import type { DemoAnswer, DemoMeta } from './ask.ts';

const WIDTH = 76;

/** Writes text with ANSI colours, or without where nobody would see them. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

export function styleOf(colours: boolean): Style {
  const code = (on: number, off: number) => (text: string) => (colours ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: code(1, 22), dim: code(2, 22) };
}

/** The message and what is attached to it, before anything is asked. */
export function describeRequest(message: string, attachment: string, style: Style): string {
  return [style.bold('A customer writes'), quote(message, style), style.dim(`  attached: ${attachment}`)].join('\n');
}

/** The answer, for a person to read. */
export function describeAnswer(answer: DemoAnswer, style: Style): string {
  const parts = [describeReply(answer, style), describeMood(answer, style), ...describeReceipts(answer, style), describeBranches(answer, style)];
  return parts.join('\n\n');
}

function describeReply({ chat }: DemoAnswer, style: Style): string {
  if (chat === null) return `${style.bold('Reply')}\n  none: see the errors below`;
  return [style.bold('Reply'), quote(chat.text, style), ...chat.meta.warnings.map((warning) => style.dim(wrap(`note: ${warning}`, WIDTH, '  ')))].join('\n');
}

function describeMood({ sentiment }: DemoAnswer, style: Style): string {
  if (sentiment === null) return `${style.bold('Mood')}\n  none: see the errors below`;
  const { label, score, confidence, agreement, language, emotions, opinions } = sentiment;
  const lines = [
    `${label.toLowerCase()}, ${score.toFixed(2)} on a scale from -1 to 1 (confidence ${percent(confidence)}, language ${language ?? 'unknown'})`,
    ...emotions.slice(0, 4).map(({ name, score: strength }) => `${name.toLowerCase().padEnd(14)} ${bar(strength)} ${percent(strength)}`),
    `${opinions.map(({ targetModel, score: opinion }) => `${targetModel} says ${opinion.toFixed(2)}`).join(', ')}; they agree by ${percent(agreement)}`,
  ];
  return [style.bold('Mood'), ...lines.map((line) => `  ${line}`)].join('\n');
}

function describeReceipts({ vision }: DemoAnswer, style: Style): string[] {
  if (vision === null) return [`${style.bold('Receipt')}\n  none: see the errors below`];
  return vision.map(({ document, blocks }) => {
    const lineCount = blocks.reduce((sum, { lines }) => sum + lines.length, 0);
    if (document === null) return `${style.bold('Picture')}\n  ${lineCount} lines of text, not a receipt`;
    const fields: [string, string | null][] = [
      ['merchant', document.merchant],
      ['date', document.date],
      ['total', document.total === null ? null : money(document.total, document.currency)],
    ];
    const items = document.items.map(({ description, quantity, amount }) => {
      const count = quantity === null ? '' : `${quantity} x `;
      return `  ${`${count}${description}`.slice(0, 46).padEnd(48)}${amount === null ? '' : amount.toFixed(2).padStart(10)}`;
    });
    return [style.bold('Receipt'), ...fields.map(([name, value]) => `  ${name.padEnd(10)}${value ?? style.dim('not found')}`), ...items].join('\n');
  });
}

function describeBranches({ chat, sentiment, vision, meta }: DemoAnswer, style: Style): string {
  const branches: [string, DemoMeta | undefined][] = [
    ['chat', chat?.meta],
    ['sentiment', sentiment?.meta],
    ...(vision ?? []).map((picture): [string, DemoMeta] => ['vision', picture.meta]),
  ];
  const after = new Map(meta.plan.map((step) => [step.branch.toLowerCase(), step.after.map((branch) => branch.toLowerCase())]));
  const rows = branches.map(([branch, call]) => {
    const waited = after.get(branch) ?? [];
    const note = waited.length > 0 ? style.dim(`  after ${waited.join(' and ')}`) : '';
    if (call === undefined) return `  ${branch.padEnd(11)}failed`;
    return `  ${branch.padEnd(11)}${`${call.provider}/${call.targetModel}`.padEnd(34)}${seconds(call.durationMs).padStart(8)}${cost(call.cost.usd).padStart(12)}${note}`;
  });
  const total = `  ${'together'.padEnd(45)}${seconds(meta.durationMs).padStart(8)}${cost(meta.cost.usd).padStart(12)}`;
  return [style.bold('What each branch took and cost'), ...rows, style.bold(total)].join('\n');
}

function quote(text: string, style: Style): string {
  return wrap(text.trim(), WIDTH, `  ${style.dim('|')} `);
}

/** Breaks text at spaces, so that no line is longer than `width` where a word is not. */
function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + word.length >= width) {
        lines.push(line);
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => (indent + line).trimEnd()).join('\n');
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * 20);
  return '#'.repeat(filled).padEnd(20, '.');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function cost(usd: number | null): string {
  return usd === null ? 'unknown' : `$${usd.toFixed(4)}`;
}

function money(amount: number, currency: string | null): string {
  return `${amount.toFixed(2)}${currency === null ? '' : ` ${currency}`}`;
}
