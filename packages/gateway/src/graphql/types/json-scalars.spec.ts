import type * as graphql from 'graphql';
import type * as scalars from 'graphql-scalars';
import { expect, it, vi } from 'vitest';
import { describeSchema } from '../build-gateway-schema.js';

/** The second build of graphql in its package is a copy of its own, as another version of it is. */
vi.mock('graphql-scalars', async (importOriginal) => {
  const other = import.meta.resolve('graphql').replace(/index\.js$/, 'index.mjs');
  const { GraphQLScalarType } = (await import(other)) as typeof graphql;
  const original = await importOriginal<typeof scalars>();
  return {
    GraphQLJSON: new GraphQLScalarType(original.GraphQLJSON.toConfig()),
    GraphQLJSONObject: new GraphQLScalarType(original.GraphQLJSONObject.toConfig()),
  };
});

it('builds the schema where graphql-scalars was given another copy of graphql', async () => {
  const [{ GraphQLJSON }, { GraphQLScalarType }] = await Promise.all([import('graphql-scalars'), import('graphql')]);
  expect(GraphQLJSON).not.toBeInstanceOf(GraphQLScalarType);
  expect(await describeSchema()).toContain('scalar JSON ');
});
