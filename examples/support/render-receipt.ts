import sharp from 'sharp';

/** One printed line of a receipt: text at the left, centred, or a label at the left and a value at the right. */
export type ReceiptLine =
  | { kind: 'title' | 'centre' | 'left' | 'strong'; text: string }
  | { kind: 'pair' | 'strongPair'; left: string; right: string }
  | { kind: 'rule' | 'space' };

export interface PhotoOptions {
  /** Width of the paper in pixels. */
  width: number;
  /** Size of the type in pixels. */
  fontSize: number;
  /** Degrees clockwise by which the paper lies askew. */
  rotate: number;
  /** Standard deviation of the sensor's noise, 0 (none) to about 25 (a bad phone at night). */
  noise: number;
  /** Gaussian blur of the lens in pixels; 0 is none. */
  blur: number;
  /** Margin of the table around the paper in pixels. */
  table: number;
  /** Font family as fontconfig knows it; `monospace` and `sans-serif` exist everywhere. */
  font: string;
  /** JPEG quality, 1 to 100. */
  quality: number;
  /** The noise repeats for the same seed. */
  seed: number;
}

const DEFAULTS: PhotoOptions = {
  width: 620,
  fontSize: 22,
  rotate: 0,
  noise: 6,
  blur: 0.4,
  table: 40,
  font: 'monospace',
  quality: 72,
  seed: 1,
};

/** Draws a receipt and photographs it: paper on a table, askew, unevenly lit, with noise. Answers JPEG bytes. */
export async function photographReceipt(
  lines: readonly ReceiptLine[],
  options: Partial<PhotoOptions> = {},
): Promise<Buffer> {
  const o = { ...DEFAULTS, ...options };
  const paper = await sharp(Buffer.from(receiptSvg(lines, o))).png().toBuffer();
  const turned = await sharp(paper)
    .rotate(o.rotate, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true });
  const width = turned.info.width + 2 * o.table;
  const height = turned.info.height + 2 * o.table;
  const flat = await sharp({ create: { width, height, channels: 3, background: '#6d5139' } })
    .composite([
      { input: Buffer.from(tableSvg(width, height)), blend: 'over' },
      { input: turned.data, left: o.table, top: o.table },
      { input: Buffer.from(lightSvg(width, height)), blend: 'multiply' },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
  const blurred = o.blur > 0 ? await sharp(flat).blur(Math.max(0.3, o.blur)).raw().toBuffer() : await sharp(flat).raw().toBuffer();
  addNoise(blurred, o.noise, o.seed);
  return sharp(blurred, { raw: { width, height, channels: 3 } }).jpeg({ quality: o.quality }).toBuffer();
}

function receiptSvg(lines: readonly ReceiptLine[], o: PhotoOptions): string {
  const step = Math.round(o.fontSize * 1.45);
  const margin = Math.round(o.fontSize * 1.6);
  const right = o.width - margin;
  let y = margin + step;
  const parts: string[] = [];
  const text = (x: number, anchor: string, content: string, size: number, bold: boolean): void => {
    parts.push(
      `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}">${escape(content)}</text>`,
    );
  };
  for (const line of lines) {
    switch (line.kind) {
      case 'title':
        text(o.width / 2, 'middle', line.text, Math.round(o.fontSize * 1.35), true);
        y += Math.round(step * 0.3);
        break;
      case 'centre':
        text(o.width / 2, 'middle', line.text, o.fontSize, false);
        break;
      case 'left':
      case 'strong':
        text(margin, 'start', line.text, o.fontSize, line.kind === 'strong');
        break;
      case 'pair':
      case 'strongPair': {
        const bold = line.kind === 'strongPair';
        text(margin, 'start', line.left, bold ? Math.round(o.fontSize * 1.15) : o.fontSize, bold);
        text(right, 'end', line.right, bold ? Math.round(o.fontSize * 1.15) : o.fontSize, bold);
        break;
      }
      case 'rule':
        parts.push(
          `<line x1="${margin}" x2="${right}" y1="${y - step / 3}" y2="${y - step / 3}" stroke="#2b2b30" stroke-width="1.5" stroke-dasharray="7 5"/>`,
        );
        break;
      case 'space':
        y -= Math.round(step / 2);
        break;
    }
    y += step;
  }
  const height = y + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${o.width}" height="${height}">
<defs><linearGradient id="p" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fbfaf5"/><stop offset="0.55" stop-color="#f2f0ea"/><stop offset="1" stop-color="#e6e3da"/></linearGradient></defs>
<rect width="${o.width}" height="${height}" fill="url(#p)"/>
<path d="M0 ${height * 0.38} L${o.width} ${height * 0.4}" stroke="#d9d5ca" stroke-width="3"/>
<g font-family="${escape(o.font)}" fill="#26262b">${parts.join('\n')}</g></svg>`;
}

function tableSvg(width: number, height: number): string {
  const grain = Array.from({ length: Math.ceil(height / 14) }, (_, index) => {
    const y = index * 14 + (index % 3) * 3;
    return `<path d="M0 ${y} C ${width / 3} ${y + 6}, ${(2 * width) / 3} ${y - 6}, ${width} ${y + 2}" stroke="#5e4530" stroke-width="${1 + (index % 4)}" fill="none" opacity="0.55"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${grain.join('')}</svg>`;
}

function lightSvg(width: number, height: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><radialGradient id="l" cx="0.35" cy="0.3" r="0.95"><stop offset="0" stop-color="#ffffff"/><stop offset="0.7" stop-color="#e9e6e0"/><stop offset="1" stop-color="#b9b3a8"/></radialGradient></defs>
<rect width="${width}" height="${height}" fill="url(#l)"/></svg>`;
}

/** Adds grey noise in place, of roughly normal distribution, from a seeded generator (mulberry32). */
function addNoise(pixels: Buffer, deviation: number, seed: number): void {
  if (deviation <= 0) return;
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let index = 0; index + 2 < pixels.length; index += 3) {
    const delta = (random() + random() + random() - 1.5) * 2 * deviation;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (pixels[index + channel] ?? 0) + delta;
      pixels[index + channel] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
    }
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
