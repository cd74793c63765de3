import type { Document } from '../../canonical/document.ts';
import { InputError } from '../../canonical/errors.ts';
import { boolean, object, oneOf, optional, text, type Fields } from './read.ts';

/** How every PDF begins, in base64: `%PDF-`. */
const PDF = /^JVBERi0[A-Za-z0-9+/]/;
const FOREIGN_FILE = "files of the vendor's account are not known here; send the content itself.";

/** A document as messages give it. @throws InputError */
export function documentBlock(block: Fields, at: string): Document {
  const source = object(block['source'], `${at}.source`);
  const citations = optional(block['citations'], `${at}.citations`, object);
  const head = {
    title: optional(block['title'], `${at}.title`, text),
    context: optional(block['context'], `${at}.context`, text),
    citations: citations !== null && (optional(citations['enabled'], `${at}.citations.enabled`, boolean) ?? false),
  };
  if (source['type'] === 'file') throw new InputError(`${at}.source.file_id`, FOREIGN_FILE);
  if (source['type'] === 'url') throw new InputError(`${at}.source.url`, 'documents are not fetched; send the content as base64.');
  if (oneOf(source['type'], ['base64', 'text'], `${at}.source.type`) === 'text') return { ...head, kind: 'text', text: text(source['data'], `${at}.source.data`) };
  return { ...head, kind: 'pdf', base64: pdfOf(text(source['data'], `${at}.source.data`), `${at}.source.data`) };
}

/** A file as chat completions (in `file`) and responses give it. @throws InputError */
export function fileDocument(file: Fields, at: string): Document {
  if (file['file_id'] != null) throw new InputError(`${at}.file_id`, FOREIGN_FILE);
  if (file['file_url'] != null) throw new InputError(`${at}.file_url`, 'documents are not fetched; send the content as `file_data`.');
  const data = text(file['file_data'], `${at}.file_data`);
  const base64 = /^data:application\/pdf;base64,(.*)$/s.exec(data)?.[1] ?? data;
  return { kind: 'pdf', base64: pdfOf(base64, `${at}.file_data`), title: optional(file['filename'], `${at}.filename`, text), context: null, citations: false };
}

function pdfOf(base64: string, at: string): string {
  if (!PDF.test(base64)) throw new InputError(at, 'expected a PDF as base64; other documents are taken as text only.');
  return base64;
}
