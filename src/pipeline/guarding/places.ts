import type { ContentPart } from '../../canonical/chat.ts';
import { mapDocument } from '../../canonical/document.ts';
import type { Place } from '../../policy/guardrails/guardrail.ts';
import type { Call } from '../call.ts';
import { isJson } from '../masking/texts.ts';

/** Puts another text in the place of one. `json`: it is JSON, and stays so. */
export type Change = (text: string, json: boolean) => string;

/**
 * Changes the texts of a request that come from one place: what a person or a program says (`input`, and the answer
 * that it has begun), and what was looked up for it (`grounding`, the results of tools). The application's own
 * instructions and what the model has answered before are neither.
 */
export function changePlace(call: Call, place: Place, change: Change): void {
  if (call.is('CHAT')) {
    const part = (content: ContentPart): ContentPart => {
      if (place === 'input' && content.type === 'text') return { ...content, text: change(content.text, false) };
      if (place === 'input' && content.type === 'document') return { ...content, document: mapDocument(content.document, (text) => change(text, false)) };
      if (place === 'grounding' && content.type === 'toolResult') return { ...content, result: { ...content.result, content: change(content.result.content, isJson(content.result.content)) } };
      return content;
    };
    const messages = call.request.messages.map((message, index, all) => {
      const comesIn = message.role === 'USER' || message.role === 'TOOL' || (message.role === 'ASSISTANT' && index === all.length - 1);
      return comesIn ? { ...message, content: message.content.map(part) } : message;
    });
    const grounding = place === 'grounding' ? call.request.grounding.map((text) => ({ ...text, text: change(text.text, false) })) : call.request.grounding;
    call.request = { ...call.request, messages, grounding };
  } else if (place !== 'input') return;
  else if (call.is('SENTIMENT')) call.request = { ...call.request, text: change(call.request.text, false) };
  else if (call.is('EMBED')) call.request = { ...call.request, texts: call.request.texts.map((text) => change(text, false)) };
  else if (call.is('VISION') && call.request.question !== null) call.request = { ...call.request, question: change(call.request.question, false) };
}

/** The application's own instructions. */
export function systemTextsOf(call: Call): string[] {
  if (!call.is('CHAT')) return [];
  const system = call.request.messages.filter(({ role }) => role === 'SYSTEM');
  return system.flatMap(({ content }) => content.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
}
