import type { ContentPart, Message } from '../../../../canonical/chat.ts';

/** Milliseconds for which a response can be gone on from. */
const KEPT_MS = 60 * 60 * 1_000;
const MAX_PER_APP = 1_000;
/** All kept responses together, in characters; a picture counts as many as it may take bytes. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const PICTURE = 1024 * 1024;

/** A response that a later request can build on. */
export interface RetainedResponse {
  id: string;
  /** The whole conversation up to and with the answer, without the instructions. */
  messages: readonly Message[];
  /** The items of the answer by their ids, as parts of the assistant's message. */
  items: ReadonlyMap<string, ContentPart>;
  /** The response as it was answered, in JSON. */
  json: string;
}

interface Kept {
  app: string;
  response: RetainedResponse;
  characters: number;
  expiresAt: number;
}

/** Responses of the last hour, in the memory of this instance, each for its own app only; the oldest go first. */
export class RetainedResponses {
  /** By id; ids are unique over all apps. */
  readonly #kept = new Map<string, Kept>();
  readonly #perApp = new Map<string, number>();
  #characters = 0;

  keep(app: string, response: RetainedResponse): void {
    const characters = response.json.length + response.messages.reduce((sum, { content }) => sum + content.reduce((all, part) => all + sizeOf(part), 0), 0);
    if (characters > MAX_CHARACTERS) return;
    this.#kept.set(response.id, { app, response, characters, expiresAt: Date.now() + KEPT_MS });
    this.#characters += characters;
    this.#perApp.set(app, (this.#perApp.get(app) ?? 0) + 1);
    this.#sweep(app);
  }

  find(app: string, id: string): RetainedResponse | null {
    const kept = this.#kept.get(id);
    return kept !== undefined && kept.app === app && kept.expiresAt > Date.now() ? kept.response : null;
  }

  /** @returns false where there is no such response of the app */
  forget(app: string, id: string): boolean {
    if (this.find(app, id) === null) return false;
    this.#drop(id);
    return true;
  }

  #sweep(app: string): void {
    const now = Date.now();
    for (const [id, kept] of this.#kept) {
      const isOver = kept.expiresAt <= now || this.#characters > MAX_CHARACTERS;
      const isAppOver = (this.#perApp.get(app) ?? 0) > MAX_PER_APP;
      if (isOver || (isAppOver && kept.app === app)) this.#drop(id);
      else if (!isAppOver) return;
    }
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#kept.delete(id);
    this.#characters -= kept.characters;
    const left = (this.#perApp.get(kept.app) ?? 1) - 1;
    if (left === 0) this.#perApp.delete(kept.app);
    else this.#perApp.set(kept.app, left);
  }
}

function sizeOf(part: ContentPart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text.length;
    case 'toolCall':
      return part.call.arguments.length;
    case 'toolResult':
      return part.result.content.length + (part.result.images?.length ?? 0) * PICTURE;
    case 'document':
      return part.document.kind === 'pdf' ? part.document.base64.length : part.document.text.length;
    case 'vendor':
      return JSON.stringify(part.block).length;
    case 'image':
      return PICTURE;
    case 'audio':
      return part.audio.bytes.length;
  }
}
