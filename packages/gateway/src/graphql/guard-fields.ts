import { defaultFieldResolver, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import type { GatewayContext } from './gateway-context.js';

/** Has every field of the schema count what it answers, however it is resolved. */
export function guardFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source: unknown, args, context: GatewayContext, info): unknown => {
        const value: unknown = resolve(source, args, context, info);
        context.answer.spend(value);
        return value;
      };
    }
  }
  return schema;
}
