import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { picture } from '../../../harness/branches.ts';
import { TwoVendors } from '../two-vendors.ts';
import { scenarios } from './scenarios.ts';

/**
 * Every request in either vendor's shape, answered by a target of either vendor. The files show what was asked, what the
 * vendor was sent, and what came back; look at them when they change.
 */
const PATHS = { openai: '/v1/chat/completions', responses: '/v1/responses', anthropic: '/v1/messages' } as const;
const SHAPES = ['openai', 'responses', 'anthropic'] as const;
const TARGETS = { gpt: 'openai', claude: 'anthropic' } as const;

let vendors: TwoVendors;
const image = await picture();
beforeAll(async () => {
  vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], vendorTools: ['web_search'], maskDocuments: false } } });
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

/** What differs from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'REQUEST')
    .replaceAll(/"(created|created_at)":(\s*)\d+/g, '"$1":$20')
    .replaceAll(/("(?:data|url|image_url)":\s*"(?:data:image\/[a-z]+;base64,)?)[A-Za-z0-9+/]{60,}=*/g, '$1PICTURE');
}

describe.each(SHAPES)('a request in the shape of %s', (shape) => {
  describe.each(['gpt', 'claude'] as const)('to %s', (model) => {
    test.each(scenarios(image))('$name', async (scenario) => {
      const vendor = vendors[TARGETS[model]];
      vendor.behave(scenario.answer);
      const body = { model, ...scenario[shape] };
      const ask = async (stream: boolean) => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, stream }) };
        const response = await vendors.gateway.fetch(PATHS[shape], init);
        return { response, text: await response.text() };
      };
      const whole = await ask(false);
      // Whether the gateway asks a vendor in pieces for a whole answer is the route's matter.
      const { stream: _stream, stream_options: _options, ...sent } = vendor.requests[0]?.body ?? {};
      const streamed = await ask(true);
      vendors.checkVendors();
      const warnings: unknown = JSON.parse(whole.response.headers.get('x-kanon-warnings') ?? '[]');
      const pages = [
        ['asked', JSON.stringify(body, null, 2)],
        ['sent to the vendor', vendor.requests.length === 0 ? 'nothing' : JSON.stringify(sent, null, 2)],
        ['answered', `${whole.response.status}\n${JSON.stringify(JSON.parse(whole.text), null, 2)}`],
        ['warnings', JSON.stringify(warnings, null, 2)],
        ['streamed', `${streamed.response.status}\n${streamed.text}`],
      ];
      const file = `./files/${shape}-to-${TARGETS[model]}/${scenario.name}.txt`;
      await expect(steady(pages.map(([title, text]) => `=== ${title} ===\n${text}\n`).join('\n'))).toMatchFileSnapshot(file);
    });
  });
});
