import type { ChatRequest } from '../../../../canonical/chat.ts';
import { vendorToolName, type VendorTools } from '../../../../canonical/vendor-tools.ts';
import { list, object, optional, text, type Fields } from '../../read.ts';
import { isCustom } from './tools.ts';

/**
 * The vendor's own tools of a body; a container is what its code runs in.
 * @throws InputError
 */
export function vendorToolsOf(body: Fields, elsewhere: VendorTools['elsewhere']): Pick<ChatRequest, 'vendorTools'> {
  const all = optional(body['tools'], 'body.tools', list) ?? [];
  const tools = all.flatMap((tool, at) => (isCustom(tool) ? [] : [{ at, definition: object(tool, `body.tools[${at}]`) }]));
  const names = new Set(tools.map(({ at, definition }) => vendorToolName(text(definition['type'], `body.tools[${at}].type`))));
  const parameters: Fields = {};
  if (body['container'] != null) {
    names.add('code_execution');
    parameters['container'] = body['container'];
  }
  return names.size === 0 ? {} : { vendorTools: { vendor: 'anthropic', names: [...names], tools, parameters, elsewhere } };
}
