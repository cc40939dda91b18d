import { GraphQLError, GraphQLScalarType, visit } from 'graphql';
import { GraphQLJSONObject } from 'graphql-scalars';

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
