import { GraphQLError, GraphQLScalarType, visit } from 'graphql';
import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';

/**
 * Scalars of this package's own copy of graphql. In a program that has another version of it, npm gives that version to
 * graphql-scalars, and type-graphql does not know a scalar of another copy.
 */
export const JSONValue = new GraphQLScalarType(GraphQLJSON.toConfig());

const { parseLiteral, ...config } = GraphQLJSONObject.toConfig();

/** Refuses words without quotes in a query's text: they would count as left out, and the default would be taken. */
export const JSONObject = new GraphQLScalarType({
  ...config,
  parseLiteral(node, variables) {
    visit(node, {
      EnumValue(word) {
        throw new GraphQLError(`${word.value} is no JSON: write "${word.value}".`, { nodes: word });
      },
    });
    return parseLiteral(node, variables);
  },
});
