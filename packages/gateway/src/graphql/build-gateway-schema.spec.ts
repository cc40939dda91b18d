import { readFile } from 'node:fs/promises';
import { PARAM_TYPES, type Provenance, TASKS } from '@medzoo/core';
import {
  getNamedType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildGatewaySchema, describeSchema } from './build-gateway-schema.js';

const noResolvers = { resolve: (): never => expect.unreachable() };

/** Does not compile without each field of core's. */
const PROVENANCE: Readonly<Record<keyof Provenance, true>> = {
  ...{ head: true, headPrecision: true, encoder: true, encoderPrecision: true, provider: true, encoderProvider: true },
  ...{ image: true, view: true, preprocess: true, cached: true, domains: true, warnings: true, timingsMs: true },
};

describe('the GraphQL schema', () => {
  it('is the one in schema.graphql; `npm run schema` writes it', async () => {
    const written = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(await describeSchema()).toBe(written);
  });

  it('has the tasks and the types of params that core has', async () => {
    const schema = await buildGatewaySchema(noResolvers);
    const valuesOf = (name: string) =>
      (schema.getType(name) as GraphQLEnumType).getValues().map(({ value }) => value as string);
    expect(valuesOf('Task')).toEqual(TASKS);
    expect(valuesOf('ParamType')).toEqual(PARAM_TYPES);
    const answers = (schema.getType('HeadAnswer') as GraphQLUnionType).getTypes().map(({ name }) => name);
    expect(answers.filter((name) => name.endsWith('Answer'))).toHaveLength(TASKS.length);
  });

  it('has each field of provenance that core has', async () => {
    const schema = await buildGatewaySchema(noResolvers);
    const fields = (schema.getType('Provenance') as GraphQLObjectType).getFields();
    expect(Object.keys(PROVENANCE).filter((name) => !fields[name])).toEqual([]);
  });

  it('says what each type, field, argument and value is, and when a field is null', async () => {
    const types = Object.values((await buildGatewaySchema(noResolvers)).getTypeMap());
    const own = types.filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
    const parts = own.flatMap((type) => [
      ...(ROOTS.includes(type.name) ? [] : [[type.name, type] as const]),
      ...partsOf(type),
    ]);
    expect(parts.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
    const fields = own
      .filter(isObjectType)
      .flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field] as const));
    const unclear = fields.filter(
      ([, { type, description }]) => !isNonNullType(type) && !/null/i.test(description ?? ''),
    );
    expect(unclear.map(([type, { name }]) => `${type}.${name}`)).toEqual([]);
  });

  it('has no cycles, so that no query can be deep', async () => {
    const schema = await buildGatewaySchema(noResolvers);
    expect(cyclesFrom(schema, 'Query', [])).toEqual([]);
  });
});

const ROOTS: readonly string[] = ['Query', 'Mutation'];

type Part = readonly [string, { readonly description?: string | null | undefined }];

/** What a type is made of, but for what is deprecated, which says what to use instead. */
function partsOf(type: GraphQLNamedType): readonly Part[] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value]);
  if (!isObjectType(type) && !isInputObjectType(type)) return [];
  const fields: readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(type.getFields());
  return fields
    .filter(({ deprecationReason }) => !deprecationReason)
    .flatMap((field): readonly Part[] => {
      const name = `${type.name}.${field.name}`;
      const args = 'args' in field ? field.args : [];
      return [[name, field], ...args.map((arg): Part => [`${name}(${arg.name})`, arg])];
    });
}

/** The paths of types, from `name` on, that come back to a type they have passed. */
function cyclesFrom(schema: GraphQLSchema, name: string, above: readonly string[]): string[] {
  if (above.includes(name)) return [[...above, name].join(' > ')];
  const type = schema.getType(name);
  if (isUnionType(type)) return type.getTypes().flatMap((member) => cyclesFrom(schema, member.name, [...above, name]));
  if (!isObjectType(type)) return [];
  const next = new Set(Object.values(type.getFields()).map((field) => getNamedType(field.type).name));
  return [...next].flatMap((child) => cyclesFrom(schema, child, [...above, name]));
}
