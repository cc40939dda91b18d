import { readFile } from 'node:fs/promises';
import { getNamedType, type GraphQLSchema, isObjectType, isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildGatewaySchema, describeSchema } from './build-gateway-schema.js';

const noResolvers = { resolve: (): never => expect.unreachable() };

describe('the GraphQL schema', () => {
  it('is the one in schema.graphql; `npm run schema` writes it', async () => {
    const written = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(await describeSchema()).toBe(written);
  });

  it('has no cycles, so that no query can be deep', async () => {
    const schema = await buildGatewaySchema(noResolvers);
    expect(cyclesFrom(schema, 'Query', [])).toEqual([]);
  });
});

/** The paths of types, from `name` on, that come back to a type they have passed. */
function cyclesFrom(schema: GraphQLSchema, name: string, above: readonly string[]): string[] {
  if (above.includes(name)) return [[...above, name].join(' > ')];
  const type = schema.getType(name);
  if (isUnionType(type)) return type.getTypes().flatMap((member) => cyclesFrom(schema, member.name, [...above, name]));
  if (!isObjectType(type)) return [];
  const next = new Set(Object.values(type.getFields()).map((field) => getNamedType(field.type).name));
  return [...next].flatMap((child) => cyclesFrom(schema, child, [...above, name]));
}
