/** What a caller gives to be read: a PDF as it is, or text. */
export type Document = DocumentHead & ({ kind: 'pdf'; base64: string } | { kind: 'text'; text: string });

interface DocumentHead {
  title: string | null;
  /** What is to be known of it, and is not to be cited. */
  context: string | null;
  /** The answer is to say where in it it stands, where the vendor can. */
  citations: boolean;
}

/** With each text of it changed. Of a PDF that is what is said about it. */
export function mapDocument(document: Document, change: (text: string) => string): Document {
  const head = { title: document.title === null ? null : change(document.title), context: document.context === null ? null : change(document.context) };
  return document.kind === 'text' ? { ...document, ...head, text: change(document.text) } : { ...document, ...head };
}

/** As one text, for a vendor that takes documents only as such. */
export function documentText({ title, context }: Document, text: string): string {
  return [title, context, text].filter((part) => part !== null && part !== '').join('\n\n');
}
