import {
  Kind,
  visit,
  type ASTNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';

type Described = TypeDefinitionNode | FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode | DirectiveDefinitionNode;

const DESCRIBED: ReadonlySet<string> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.DIRECTIVE_DEFINITION,
]);

function isDescribed(node: ASTNode): node is Described {
  return DESCRIBED.has(node.kind);
}

/** Everything in a schema that should have a description and has none, by its coordinate: `Query.chat.input`. */
export function undescribed(document: DocumentNode): string[] {
  const found: string[] = [];
  const path: string[] = [];
  visit(document, {
    enter(node) {
      if (!isDescribed(node)) return;
      path.push(node.name.value);
      if ((node.description?.value ?? '').trim() === '') found.push(path.join('.'));
    },
    leave(node) {
      if (isDescribed(node)) path.pop();
    },
  });
  return found;
}
