import type { PartialBehaviour } from '../../../faults/index.ts';
import { answers } from '../../../faults/index.ts';

/** The same thing said in both vendors' words, and what the vendor behind the gateway answers. */
export interface Scenario {
  name: string;
  openai: Record<string, unknown>;
  responses: Record<string, unknown>;
  anthropic: Record<string, unknown>;
  answer: PartialBehaviour;
}

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const USAGE = { input: 40, output: 9, cachedInput: 16, reasoning: 2 };

const PDF = Buffer.from('%PDF-1.4 nothing').toString('base64');

/** What an Anthropic model says that has searched. */
const SEARCHED = [
  { type: 'text', text: 'I search.', citations: null },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'news' }, caller: { type: 'direct' } },
  {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    caller: { type: 'direct' },
    content: [{ type: 'web_search_result', url: 'https://news.example', title: 'News', encrypted_content: 'ZW5j', page_age: null }],
  },
  { type: 'text', text: 'So: ', citations: null },
  {
    type: 'text',
    text: 'rain.',
    citations: [{ type: 'web_search_result_location', url: 'https://news.example', title: 'News', encrypted_index: 'aWR4', cited_text: 'Rain.' }],
  },
];

/** @param image a picture as base64 of PNG */
export function scenarios(image: string): Scenario[] {
  return [
    {
      name: 'text',
      openai: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Say "hello".' },
          { role: 'assistant', content: 'Hello.' },
          { role: 'user', content: [{ type: 'text', text: 'And in French?' }] },
        ],
        max_completion_tokens: 64,
        stop: ['END'],
        user: 'user-7',
      },
      responses: {
        instructions: 'Be brief.',
        input: [
          { role: 'user', content: 'Say "hello".' },
          { role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
          { role: 'user', content: [{ type: 'input_text', text: 'And in French?' }] },
        ],
        max_output_tokens: 64,
        user: 'user-7',
      },
      anthropic: {
        system: 'Be brief.',
        messages: [
          { role: 'user', content: 'Say "hello".' },
          { role: 'assistant', content: 'Hello.' },
          { role: 'user', content: [{ type: 'text', text: 'And in French?' }] },
        ],
        max_tokens: 64,
        stop_sequences: ['END'],
        metadata: { user_id: 'user-7' },
      },
      answer: answers({ text: 'Bonjour. 🥐', usage: USAGE }),
    },
    {
      name: 'tools',
      openai: {
        messages: [
          { role: 'user', content: 'Weather in Ulm and Bonn?' },
          {
            role: 'assistant',
            content: 'I look.',
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } },
              { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
          { role: 'tool', tool_call_id: 'call_2', content: 'sun' },
        ],
        max_completion_tokens: 64,
        tools: [{ type: 'function', function: { name: 'weather', description: 'The weather of a city.', parameters: CITY, strict: true } }],
        tool_choice: 'required',
        parallel_tool_calls: true,
      },
      responses: {
        input: [
          { role: 'user', content: 'Weather in Ulm and Bonn?' },
          { role: 'assistant', content: 'I look.' },
          { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Ulm"}' },
          { type: 'function_call', call_id: 'call_2', name: 'weather', arguments: '{"city":"Bonn"}' },
          { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
          { type: 'function_call_output', call_id: 'call_2', output: 'sun' },
        ],
        max_output_tokens: 64,
        tools: [{ type: 'function', name: 'weather', description: 'The weather of a city.', parameters: CITY, strict: true }],
        tool_choice: 'required',
        parallel_tool_calls: true,
      },
      anthropic: {
        messages: [
          { role: 'user', content: 'Weather in Ulm and Bonn?' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'I look.' },
              { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Ulm' } },
              { type: 'tool_use', id: 'call_2', name: 'weather', input: { city: 'Bonn' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'call_1', content: 'rain' },
              { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'sun' }] },
            ],
          },
        ],
        max_tokens: 64,
        tools: [{ name: 'weather', description: 'The weather of a city.', input_schema: CITY, strict: true }],
        tool_choice: { type: 'any', disable_parallel_tool_use: false },
      },
      answer: answers({
        text: 'Two more.',
        toolCalls: [
          { id: 'call_3', name: 'weather', arguments: { city: 'Kiel' } },
          { id: 'call_4', name: 'weather', arguments: { city: 'Köln' } },
        ],
        usage: USAGE,
      }),
    },
    {
      name: 'image',
      openai: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${image}`, detail: 'high' } },
            ],
          },
        ],
        max_completion_tokens: 64,
      },
      responses: {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'What is it?' },
              { type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'high' },
            ],
          },
        ],
        max_output_tokens: 64,
      },
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
            ],
          },
        ],
        max_tokens: 64,
      },
      answer: answers({ text: 'A red box.', usage: USAGE }),
    },
    {
      name: 'structured',
      openai: {
        messages: [{ role: 'user', content: 'Which city?' }],
        max_completion_tokens: 64,
        response_format: { type: 'json_schema', json_schema: { name: 'place', schema: CITY, strict: true } },
      },
      responses: {
        input: 'Which city?',
        max_output_tokens: 64,
        text: { format: { type: 'json_schema', name: 'place', schema: CITY, strict: true } },
      },
      anthropic: {
        messages: [{ role: 'user', content: 'Which city?' }],
        max_tokens: 64,
        output_config: { format: { type: 'json_schema', schema: CITY } },
      },
      answer: answers({ text: '{"city":"Ulm"}', usage: USAGE }),
    },
    {
      name: 'thinking',
      openai: {
        messages: [{ role: 'user', content: 'How much is 6 times 7?' }],
        max_completion_tokens: 4_096,
        reasoning_effort: 'minimal',
        temperature: 0.5,
        seed: 7,
      },
      responses: {
        input: [
          { role: 'user', content: 'How much is 6 times 7?' },
          { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Easy.' }], encrypted_content: 'c2ln' },
          { role: 'assistant', content: '42' },
          { role: 'user', content: 'And 6 times 8?' },
        ],
        max_output_tokens: 4_096,
        reasoning: { effort: 'high', summary: 'auto' },
      },
      anthropic: {
        messages: [
          { role: 'user', content: 'How much is 6 times 7?' },
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'Easy.', signature: 'c2ln' }, { type: 'text', text: '42' }] },
          { role: 'user', content: [{ type: 'text', text: 'And 6 times 8?', cache_control: { type: 'ephemeral' } }] },
        ],
        max_tokens: 4_096,
        thinking: { type: 'enabled', budget_tokens: 2_048 },
        output_config: { effort: 'max' },
      },
      answer: answers({ reasoning: { text: 'Also easy.', signature: 'c2ln' }, text: '48', usage: USAGE }),
    },
    {
      name: 'refusal',
      openai: { messages: [{ role: 'user', content: 'Something bad.' }], max_completion_tokens: 64 },
      responses: { input: 'Something bad.', max_output_tokens: 64 },
      anthropic: { messages: [{ role: 'user', content: 'Something bad.' }], max_tokens: 64 },
      answer: answers({ refusal: 'I will not do that.', usage: USAGE }),
    },
    {
      name: 'length',
      openai: { messages: [{ role: 'user', content: 'Tell me a story.' }], max_completion_tokens: 3 },
      responses: { input: 'Tell me a story.', max_output_tokens: 3 },
      anthropic: { messages: [{ role: 'user', content: 'Tell me a story.' }], max_tokens: 3 },
      answer: answers({ text: 'Once upon a', finish: 'length', usage: USAGE }),
    },
    {
      name: 'vendor-parameter',
      openai: { messages: [{ role: 'user', content: 'Hello' }], max_completion_tokens: 64, verbosity: 'low' },
      responses: { input: 'Hello', max_output_tokens: 64, text: { verbosity: 'low' } },
      anthropic: { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 64, service_tier: 'standard_only' },
      answer: answers({ text: 'Hello.', usage: USAGE }),
    },
    {
      name: 'prefill',
      openai: { messages: [{ role: 'user', content: 'Sol or Helios?' }, { role: 'assistant', content: 'It is' }], max_completion_tokens: 64 },
      responses: { input: [{ role: 'user', content: 'Sol or Helios?' }, { role: 'assistant', content: 'It is' }], max_output_tokens: 64 },
      anthropic: { messages: [{ role: 'user', content: 'Sol or Helios?' }, { role: 'assistant', content: 'It is' }], max_tokens: 64 },
      answer: answers({ text: ' Helios.', usage: USAGE }),
    },
    {
      name: 'vendor-tools',
      openai: { messages: [{ role: 'user', content: 'What is new?' }], max_completion_tokens: 64, web_search_options: { search_context_size: 'low' } },
      responses: { input: 'What is new?', max_output_tokens: 64, tools: [{ type: 'web_search' }] },
      anthropic: {
        messages: [{ role: 'user', content: 'What is new?' }],
        max_tokens: 64,
        tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }, { name: 'now', input_schema: { type: 'object', properties: {} } }],
      },
      answer: answers({ blocks: SEARCHED, usage: { ...USAGE, webSearches: 1 } }),
    },
    {
      name: 'document',
      openai: {
        messages: [{ role: 'user', content: [{ type: 'file', file: { filename: 'bill.pdf', file_data: `data:application/pdf;base64,${PDF}` } }, { type: 'text', text: 'How much?' }] }],
        max_completion_tokens: 64,
      },
      responses: {
        input: [{ role: 'user', content: [{ type: 'input_file', filename: 'bill.pdf', file_data: `data:application/pdf;base64,${PDF}` }, { type: 'input_text', text: 'How much?' }] }],
        max_output_tokens: 64,
      },
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF }, title: 'bill.pdf', context: 'Of May.' },
              { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Sum: 12 EUR' }, title: 'Reminder', citations: { enabled: true } },
              { type: 'text', text: 'How much?' },
            ],
          },
        ],
        max_tokens: 64,
      },
      answer: answers({ text: '12 EUR.', usage: USAGE }),
    },
    {
      name: 'unsayable',
      openai: { messages: [{ role: 'user', content: 'Hello' }], max_completion_tokens: 64, logprobs: true },
      responses: {
        input: [
          { role: 'user', content: 'Draw.' },
          { type: 'function_call', call_id: 'call_1', name: 'draw', arguments: '{}' },
          { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_image', image_url: `data:image/png;base64,${image}` }] },
        ],
        max_output_tokens: 64,
      },
      anthropic: {
        messages: [
          { role: 'user', content: 'Draw.' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'draw', input: {} }] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }] }],
          },
        ],
        max_tokens: 64,
        tools: [{ name: 'draw', input_schema: { type: 'object', properties: {} } }],
      },
      answer: answers({ text: 'Hello.', usage: USAGE }),
    },
  ];
}
