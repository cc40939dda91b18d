import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

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

  // Each fragment once, as execution does: of 28 that spread the next one twice, the last would be visited 2^28 times.
  const fieldsBelow = (nodes: readonly FieldNode[]): readonly FieldNode[] => {
    const spread = new Set<string>();
    const fieldsOf = ({ selections }: SelectionSetNode): readonly FieldNode[] =>
      selections.filter(isOn).flatMap((node) => {
        if (node.kind === Kind.FIELD) return [node];
        if (node.kind === Kind.INLINE_FRAGMENT) return fieldsOf(node.selectionSet);
        const name = node.name.value;
        if (spread.has(name)) return [];
        spread.add(name);
        return fieldsOf(fragments[name]!.selectionSet);
      });
    return nodes.flatMap(({ selectionSet }) => (selectionSet ? fieldsOf(selectionSet) : []));
  };

  const isBelow = (nodes: readonly FieldNode[], [name, ...rest]: readonly string[]): boolean => {
    if (name === undefined) return nodes.length > 0;
    return isBelow(
      fieldsBelow(nodes).filter((field) => field.name.value === name),
      rest,
    );
  };

  return isBelow(fieldNodes, path);
}
