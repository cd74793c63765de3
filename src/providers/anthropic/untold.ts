import type { ChatRequest } from '../../canonical/chat.ts';

/** What of a request cannot be said to this vendor and only leans on the answer, in words for the caller. */
export function untold(request: ChatRequest): string[] {
  const warnings: string[] = [];
  if (request.effort === 'minimal') warnings.push('Anthropic models know no effort "minimal"; it was raised to "low".');
  const firstSaid = request.messages.findIndex(({ role }) => role !== 'SYSTEM');
  if (request.messages.some(({ role }, index) => role === 'SYSTEM' && index > firstSaid)) {
    warnings.push('Anthropic models take system messages only at the start; those in the conversation were moved there.');
  }
  if (request.messages.some(({ name }) => name !== undefined)) warnings.push('Anthropic models take no names of participants; they were left out.');
  if (request.messages.some(({ content }) => content.some((part) => part.type === 'image' && part.detail !== undefined && part.detail !== 'auto'))) {
    warnings.push('Anthropic models take no `detail` of pictures; it was left out.');
  }
  const format = request.responseFormat;
  if (format?.type === 'jsonSchema' && format.description !== undefined) {
    warnings.push('Anthropic models take no description of the response format; it was left out.');
  }
  if (request.messages.some(({ content }) => content.some((part) => part.type === 'reasoning' && part.signature === null))) {
    warnings.push('Anthropic models take only thinking that they have signed; the rest was left out.');
  }
  return warnings;
}
