import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
} from 'graphql';

type Selections = readonly SelectionNode[];

/**
 * Whether the query asks for the field at `path` below the field of `info`: through fragments and aliases, heeding
 * @skip and @include. Type conditions are not looked at, so the path's first name must be a field of one type only.
 */
export function isSelected(
  { fieldNodes, fragments, variableValues }: GraphQLResolveInfo,
  path: readonly string[],
): boolean {
  const isOn = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;

  const fieldsOf = (selections: Selections): readonly FieldNode[] =>
    selections.filter(isOn).flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node];
      const { selectionSet } = node.kind === Kind.INLINE_FRAGMENT ? node : fragments[node.name.value]!;
      return fieldsOf(selectionSet.selections);
    });

  const isBelow = (nodes: readonly FieldNode[], [name, ...rest]: readonly string[]): boolean => {
    if (name === undefined) return nodes.length > 0;
    const fields = fieldsOf(nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []));
    return isBelow(
      fields.filter((field) => field.name.value === name),
      rest,
    );
  };

  return isBelow(fieldNodes, path);
}
