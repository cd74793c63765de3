import {
  getDirectiveValues,
  getOperationAST,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What is needed to read an operation as it will be executed. */
export interface Reading {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** As the caller gave them, with the operation's defaults. */
  variables: Readonly<Record<string, unknown>>;
}

/** An operation on its way to be executed. */
export interface Asked {
  document: DocumentNode;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>> | null;
}

/** An operation of a document, ready to be read. */
export interface FoundOperation {
  reading: Reading;
  root: GraphQLObjectType;
  operation: OperationDefinitionNode;
}

/** The operation that is asked for; null when there is none. */
export function operationOf(schema: GraphQLSchema, { document, operationName, variables }: Asked): FoundOperation | null {
  const operation = getOperationAST(document, operationName);
  const root = operation == null ? null : schema.getRootType(operation.operation);
  if (operation == null || root == null) return null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return { reading: { schema, fragments, variables: { ...defaultsOf(operation), ...variables } }, root, operation };
}

function defaultsOf(operation: OperationDefinitionNode): Record<string, unknown> {
  const given = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) => (defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const]));
  return Object.fromEntries(given);
}

/**
 * The fields that are executed on an object, by the name in the answer: `@skip`, `@include` and fragments followed, a
 * fragment once, what is selected twice together (GraphQL specification, section 6.3.2).
 */
export function collectFields(reading: Reading, type: GraphQLObjectType, nodes: readonly { selectionSet?: SelectionSetNode | undefined }[]): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const followed = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, reading)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = fields.get(key);
        if (known === undefined) fields.set(key, [selection]);
        else known.push(selection);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (followed.has(name)) continue;
        followed.add(name);
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? reading.fragments.get(selection.name.value) : selection;
      if (fragment !== undefined && holdsFor(fragment.typeCondition?.name.value, type, reading.schema)) collect(fragment.selectionSet);
    }
  };
  for (const { selectionSet } of nodes) if (selectionSet !== undefined) collect(selectionSet);
  return fields;
}

function holdsFor(condition: string | undefined, type: GraphQLObjectType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}

/** What cannot be decided, since a variable is missing, is refused when it is executed; until then it is in. */
function isIncluded(selection: SelectionNode, { variables }: Reading): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  try {
    if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false;
  } catch {
    return true;
  }
}
