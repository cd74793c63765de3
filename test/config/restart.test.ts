import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { waitsForRestart } from '../../src/config/restart.ts';

const BASE = 'providers: { local: { kind: local } }\nmodels: { a: { operation: chat, targets: [{ provider: local, model: extractive }] } }\n';
const load = (source: string) => parseConfig(source, 'gateway.yaml', {}).config;

it('a reload that cannot take effect at once says which sections wait', () => {
  const running = load(`${BASE}server: { cors: { origins: [] } }`);
  expect(waitsForRestart(running, load(BASE.replace('a:', 'b:')))).toEqual([]);
  expect(waitsForRestart(running, load(`${BASE}server: { limits: { maxDepth: 9 } }\nmedia: { uploadTtl: 60m }\ntelemetry: { level: warn }`))).toEqual(['server', 'telemetry']);
});
