/**
 * What only the whole file can tell: dangling names, targets that cannot do the operation. Works on the raw values,
 * so that a mistake in one place does not hide those in another; what the schema reports is passed over here.
 */
import type { z } from 'zod';
import { checkBudgets, checkIssuers, checkPolicies } from './check-policies.ts';
import { LOCAL_MODELS } from './local-models.ts';
import { canonicalOperation, isFileOperation } from './operation.ts';
import type { Path } from './problem.ts';
import { base64Room } from './schema/media.ts';
import type { root } from './schema/root.ts';
import { CHAT_ONLY } from './schema/routes.ts';
import { listOf, nearest } from './suggest.ts';
import { isRawMap, type RawMap, type Tree } from './tree.ts';

export function checkWhole(tree: Tree): void {
  if (!isRawMap(tree.value)) return;
  const { providers, models, policies, budgets, auth } = tree.value;
  const known = isRawMap(providers) ? providers : {};
  for (const [name, provider] of Object.entries(known)) {
    if (isRawMap(provider)) checkProvider(tree, ['providers', name], provider);
  }
  checkIssuers(tree, auth, policies);
  checkBudgets(tree, budgets, isRawMap(models) ? models : {});
  if (isRawMap(policies)) checkPolicies(tree, policies, isRawMap(models) ? models : {});
  if (!isRawMap(models)) return;
  if (Object.keys(models).length === 0) tree.report(['models'], 'there is no model', { at: 'key' });
  for (const [name, model] of Object.entries(models)) {
    if (isRawMap(model)) checkModel(tree, ['models', name], model, known);
  }
}

/** What can only be told once sizes are numbers. */
export function checkSizes(tree: Tree, file: z.output<typeof root>): void {
  const { maxBodyBytes } = file.server.limits;
  const room = base64Room(maxBodyBytes);
  if ((file.media.maxBase64Bytes ?? 0) > room) {
    tree.report(['media', 'maxBase64Bytes'], `is more than fits into server.limits.maxBodyBytes (${maxBodyBytes} bytes have room for ${room} as base64)`);
  }
}

function checkProvider(tree: Tree, path: Path, provider: RawMap): void {
  const { kind, apiKey, apiKeys, baseUrl, azure } = provider;
  if (kind !== 'openai' && kind !== 'anthropic') return;
  if (apiKey !== undefined && apiKeys !== undefined) tree.report([...path, 'apiKeys'], 'a provider has either apiKey or apiKeys, not both', { at: 'key' });
  if (apiKey === undefined && apiKeys === undefined && baseUrl === undefined) {
    tree.report(path, `"apiKey" is missing here; write apiKey: \${${kind.toUpperCase()}_API_KEY}, or the baseUrl of a server that needs none`, { at: 'key' });
  }
  if (azure !== undefined && baseUrl === undefined) {
    tree.report([...path, 'azure'], 'needs a baseUrl: the endpoint of the Azure resource', { at: 'key' });
  }
}

function checkModel(tree: Tree, path: Path, model: RawMap, providers: RawMap): void {
  const { operation, targets, ensemble, route } = model;
  if (targets === undefined && ensemble === undefined) {
    tree.report(path, 'has neither targets nor an ensemble; one of them says where the model runs', { at: 'key' });
  }
  if (ensemble !== undefined) {
    if (targets !== undefined) tree.report([...path, 'ensemble'], 'a model has either targets or an ensemble, not both', { at: 'key' });
    else if (route !== undefined) tree.report([...path, 'route'], 'an ensemble asks all its members at once; a route goes with targets', { at: 'key' });
    if (operation === 'chat' || operation === 'embed') {
      tree.report([...path, 'ensemble'], `answers of ${operation} cannot be merged; an ensemble is for sentiment or vision`, { at: 'key' });
    }
  }
  if (isRawMap(route) && isFileOperation(operation) && operation !== 'chat') {
    for (const key of CHAT_ONLY.filter((key) => Object.hasOwn(route, key))) {
      tree.report([...path, 'route', key], `goes with chat; ${operation} is answered whole, and totalMs bounds it`, { at: 'key' });
    }
  }
  if (Array.isArray(targets) && targets.length > 0 && targets.every((target) => isRawMap(target) && target['onRefusal'] === true)) {
    tree.report([...path, 'targets'], 'all are onRefusal, and none is there to be asked first', { at: 'key' });
  }
  checkTargets(tree, [...path, 'targets'], targets, operation, providers);
  if (isRawMap(ensemble)) checkTargets(tree, [...path, 'ensemble', 'of'], ensemble['of'], operation, providers);
}

function checkTargets(tree: Tree, path: Path, targets: unknown, operation: unknown, providers: RawMap): void {
  if (!Array.isArray(targets)) return;
  for (const [index, target] of targets.entries()) {
    if (isRawMap(target)) checkTarget(tree, [...path, index], target, operation, providers);
  }
}

function checkTarget(tree: Tree, path: Path, target: RawMap, operation: unknown, providers: RawMap): void {
  const { provider: name, model, contextWindow, maxOutputTokens } = target;
  if (typeof contextWindow === 'number' && typeof maxOutputTokens === 'number' && maxOutputTokens > contextWindow) {
    tree.report([...path, 'maxOutputTokens'], `is more than the contextWindow (${contextWindow})`);
  }
  if (typeof name !== 'string') return;
  if (!Object.hasOwn(providers, name)) {
    const names = Object.keys(providers);
    const suggestion = nearest(name, names);
    const list = suggestion === undefined && names.length > 0 ? `; there is ${listOf(names, 'and')}` : '';
    return tree.report([...path, 'provider'], `there is no provider ${named(tree, [...path, 'provider'], name)}${list}`, { suggestion });
  }
  const provider = providers[name];
  if (!isRawMap(provider) || !isFileOperation(operation)) return;
  if (target['serviceTier'] !== undefined && (provider['kind'] === 'local' || operation === 'embed')) {
    const why = operation === 'embed' ? 'embeddings have no service tiers' : 'models of this machine have no service tiers';
    tree.report([...path, 'serviceTier'], `${why}; leave it away`, { at: 'key' });
  }
  if (provider['kind'] === 'anthropic' && operation === 'embed') {
    return tree.report([...path, 'provider'], 'anthropic has no embeddings');
  }
  if (provider['kind'] !== 'local' || typeof model !== 'string') return;
  const local = LOCAL_MODELS[canonicalOperation(operation)];
  if (!local.includes(model)) {
    const suggestion = nearest(model, local);
    const list = suggestion === undefined ? `; there is ${listOf(local, 'and')}` : '';
    tree.report([...path, 'model'], `there is no local model ${named(tree, [...path, 'model'], model)} for ${operation}${list}`, { suggestion });
  }
}

/** A name as the file has it; what a variable holds is not shown. */
function named(tree: Tree, path: Path, name: string): string {
  return tree.reference(path)?.fromEnv === true ? 'of the name that the reference gives' : JSON.stringify(name.slice(0, 128));
}
