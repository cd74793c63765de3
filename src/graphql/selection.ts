import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { InputError } from '../canonical/errors.ts';
import { branchKey, type Branch, type BranchRequest, type PlannedBranch } from '../operations/composite/branches.ts';

const BRANCHES: Readonly<Record<string, Branch>> = { chat: 'CHAT', sentiment: 'SENTIMENT', vision: 'VISION', embed: 'EMBED' };

/** What is selected below a composite. */
export interface CompositeSelection {
  planned: PlannedBranch[];
  /** All of the composite's `meta` is delivered later, so that it can wait for branches that are, too. */
  metaDeferred: boolean;
}

/**
 * The plan of a composite, read from what is selected below the field: the branches with their arguments, fragments,
 * `@skip`, `@include`, `@defer` and `@stream` followed. Branches that are alike are one.
 * @throws GraphQLError when an argument does not fit
 */
export function selectionOf(info: GraphQLResolveInfo): CompositeSelection {
  const planned = new Map<string, PlannedBranch>();
  let metaDeferred = true;
  const add = (field: FieldNode, type: GraphQLObjectType, deferred: boolean): void => {
    if (field.name.value === 'meta' && !deferred) metaDeferred = false;
    const request = branchRequest(field, type, info);
    if (request === null) return;
    const key = branchKey(request);
    const known = planned.get(key);
    // Asked for both now and later is asked for now.
    planned.set(key, { request, deferred: deferred && (known?.deferred ?? true) });
  };
  const walk = (set: SelectionSetNode, parent: GraphQLObjectType | null, deferred: boolean): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, info)) continue;
      if (selection.kind === Kind.FIELD) {
        if (parent !== null) add(selection, parent, deferred || isLater('stream', selection, info));
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition === undefined ? parent : info.schema.getType(fragment.typeCondition.name.value);
      walk(fragment.selectionSet, isObjectType(condition) ? condition : null, deferred || isLater('defer', selection, info));
    }
  };
  const type = namedObject(info);
  for (const node of info.fieldNodes) if (node.selectionSet !== undefined) walk(node.selectionSet, type, false);
  return { planned: [...planned.values()], metaDeferred };
}

/**
 * The plan of a streamed composite. Its events carry one result for each branch, so that a branch can be asked for
 * with one set of arguments only.
 * @throws InputError when one is asked for with several
 */
export function plannedStream(info: GraphQLResolveInfo): PlannedBranch[] {
  const { planned } = selectionOf(info);
  for (const { request } of planned) {
    if (planned.filter((other) => other.request.branch === request.branch).length > 1) {
      throw new InputError(request.branch.toLowerCase(), 'a streamed composite asks each branch once; use the same arguments everywhere.');
    }
  }
  return planned;
}

function namedObject(info: GraphQLResolveInfo): GraphQLObjectType | null {
  let type: unknown = info.returnType;
  while (typeof type === 'object' && type !== null && 'ofType' in type) type = type.ofType;
  return isObjectType(type) ? type : null;
}

function isIncluded(selection: SelectionNode, info: GraphQLResolveInfo): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.['if'] !== false;
}

/** Whether a directive has a part of the answer delivered later than the rest. */
function isLater(directive: 'defer' | 'stream', selection: SelectionNode, info: GraphQLResolveInfo): boolean {
  const definition = info.schema.getDirective(directive);
  if (!(definition instanceof GraphQLDirective)) return false;
  const values = getDirectiveValues(definition, selection, info.variableValues);
  return values !== undefined && values['if'] !== false;
}

function branchRequest(field: FieldNode, type: GraphQLObjectType, info: GraphQLResolveInfo): BranchRequest | null {
  const branch = BRANCHES[field.name.value];
  const definition = type.getFields()[field.name.value];
  if (branch === undefined || definition === undefined) return null;
  return toBranchRequest(branch, getArgumentValues(definition, field, info.variableValues));
}

/** Arguments of a branch as the schema has coerced them. */
interface BranchArguments {
  [name: string]: unknown;
}

/** The branch that a field with these arguments asks for. */
export function toBranchRequest(branch: Branch, args: BranchArguments): BranchRequest {
  const model = typeof args['model'] === 'string' ? args['model'] : null;
  if (branch !== 'CHAT') return { branch, model };
  const groundedOn = Array.isArray(args['groundedOn']) ? args['groundedOn'] : [];
  return {
    branch,
    model,
    system: typeof args['system'] === 'string' ? args['system'] : null,
    groundedOn: Object.values(BRANCHES).filter((name) => groundedOn.includes(name)),
    images: args['images'] === true,
    maxTokens: typeof args['maxTokens'] === 'number' ? args['maxTokens'] : null,
  };
}
