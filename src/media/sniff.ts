import type { AudioFormat } from '../canonical/media.ts';

/** Types of pictures that are read. What a target gets is another matter: see ImageLimits. */
export type SourceImageType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/avif' | 'image/gif' | 'image/tiff';

export type Sniffed =
  | { kind: 'image'; mimeType: SourceImageType }
  | { kind: 'audio'; mimeType: string; format: AudioFormat }
  /** `name` is what people call it. */
  | { kind: 'other'; name: string };

/** Bytes from the start that `sniff` looks at. */
export const SNIFF_BYTES = 64;

const AUDIO_TYPES: Record<AudioFormat, string> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  webm: 'audio/webm',
};

/** Tells the type by its magic bytes alone; whatever a name or a header declares is not believed. */
export function sniff(bytes: Uint8Array): Sniffed {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SNIFF_BYTES)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return image('image/jpeg');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return image('image/png');
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return image('image/gif');
  // 42 is TIFF, 43 BigTIFF, in either byte order.
  if (/^(?:II[*+]\0|MM\0[*+])/.test(head)) return image('image/tiff');
  if (head.startsWith('RIFF')) return riff(head.slice(8, 12));
  if (head.slice(4, 8) === 'ftyp') return isoMedia(head);
  if (head.startsWith('fLaC')) return audio('flac');
  if (head.startsWith('OggS')) return audio('ogg');
  if (head.startsWith('\x1aE\xdf\xa3')) return head.includes('webm') ? audio('webm') : other('Matroska');
  if (head.startsWith('ID3') || isMp3Frame(bytes)) return audio('mp3');
  if (head.startsWith('%PDF-')) return other('PDF');
  if (head.startsWith('BM')) return other('BMP');
  if (/^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!DOCTYPE svg)/i.test(head)) return other('SVG or XML');
  if (/^(?:\xef\xbb\xbf)?[\t\n\r\x20-\x7e]+$/.test(head)) return other('text');
  return other('unknown');
}

function image(mimeType: SourceImageType): Sniffed {
  return { kind: 'image', mimeType };
}

function audio(format: AudioFormat): Sniffed {
  return { kind: 'audio', mimeType: AUDIO_TYPES[format], format };
}

function other(name: string): Sniffed {
  return { kind: 'other', name };
}

function riff(form: string): Sniffed {
  if (form === 'WEBP') return image('image/webp');
  return form === 'WAVE' ? audio('wav') : other('RIFF');
}

/** ISO base media (ISO/IEC 14496-12): the brands say whether it is a picture or a sound. */
function isoMedia(head: string): Sniffed {
  const size = (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  // The major brand, then (after a version) the compatible ones.
  const brands = [head.slice(8, 12), ...(head.slice(16, Math.min(size, SNIFF_BYTES)).match(/.{4}/gs) ?? [])];
  if (brands.includes('avif') || brands.includes('avis')) return image('image/avif');
  if (brands.some((brand) => /^(?:he[iv][cxms]|mif1|msf1)$/.test(brand))) return other('HEIC');
  // An MP4 with sound alone looks the same as a film from here; the model that reads it finds out.
  if (brands.some((brand) => /^(?:M4[AB] |mp4[12]|iso[m2-9]|dash)$/.test(brand))) return audio('m4a');
  return other('ISO media');
}

/** An MPEG-1 or -2 Layer III frame header: sync, a layer, a bit rate and a sampling rate that exist. */
function isMp3Frame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  const bitRate = third >> 4;
  return isLayer3 && bitRate > 0 && bitRate < 15 && (third & 0x0c) !== 0x0c;
}
