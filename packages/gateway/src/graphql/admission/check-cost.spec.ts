import {
  getIntrospectionQuery,
  type GraphQLSchema,
  graphqlSync,
  isListType,
  isObjectType,
  isNonNullType,
  parse,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { diagnosis, organs } from '../../../test/fake-zoo.js';
import { buildGatewaySchema } from '../build-gateway-schema.js';
import { findAnswerSizes } from './answer-sizes.js';
import { checkCost } from './check-cost.js';

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildGatewaySchema({ resolve: (): never => expect.unreachable() });
});

const sizes = findAnswerSizes([organs, diagnosis]);

/** The fewest values that let a query through. */
function costOf(query: string, variables: Readonly<Record<string, unknown>> = {}, operationName?: string): number {
  const isLetThrough = (maxValues: number): boolean => {
    try {
      checkCost(schema, parse(query), { query, variables, operationName }, { sizes, maxValues });
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.includes('more than')) return false;
      throw error;
    }
  };
  let [low, high] = [-1, 1e6];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isLetThrough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Of an answer: what has a name, and what is in a list. */
function countValues(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + inner(one), Math.max(1, value.length));
  return 1 + inner(value);
}
function inner(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + countValues(one), 0);
}

describe('the cost of a query', () => {
  it.each([
    getIntrospectionQuery(),
    '{ __type(name: "Head") { name fields { name type { name ofType { name } } } } }',
    '{ __schema { a: types { name } b: types { fields { args { name } } } } none: __type(name: "None") { name } }',
  ])('is that of introspection, to the value: case %#', (query) => {
    const { data, errors } = graphqlSync({ schema, source: query });
    expect(errors).toBeUndefined();
    expect(costOf(query)).toBe(inner(data));
  });

  it.each([
    ['{ heads { id title } }', 2 + 2 * 2],
    ['{ heads { id id ...a } } fragment a on Head { id }', 2 + 2],
    ['{ a: heads { id } b: heads { id } }', 2 * (2 + 2)],
    ['{ heads { metrics { n dataset } } }', 2 + 2 * (2 + 2 * 2)],
    ['{ heads { a: metrics { b: n c: n } d: metrics { b: n c: n } } }', 2 + 2 * (2 * (2 + 2 * 2))],
    ['{ heads { labels } }', 2 + 2 * 2],
    ['{ image(id: 1) { analyze(heads: [{ id: 1 }, { id: 2 }, { id: 3 }]) { __typename } } }', 1 + 3 + 3],
    ['query ($h: [HeadRequest!]!) { image(id: 1) { analyze(heads: $h) { __typename } } }', 1 + 4 + 4],
    ['query ($h: [HeadRequest!]! = [{ id: 1 }]) { image(id: 1) { analyze(heads: $h) { __typename } } }', 1 + 4 + 4],
    ['{ image(id: 1) { series { id imageIds } } }', 1 + 1 + 1 + 100],
    ['{ nothing { at { all } } heads { x } }', 2],
  ])('%s: %i', (query, cost) => {
    expect(costOf(query, { h: [1, 2, 3, 4] })).toBe(cost);
  });

  it('is that of the operation which is asked for', () => {
    const query = 'query a { heads { id } } query b { __typename }';
    expect(costOf(query, {}, 'b')).toBe(1);
    expect(costOf(query, {}, 'a')).toBe(4);
  });

  it.each([
    ['aliases', `{ heads { ${'a: id '.repeat(200)} } }`, 'repeats too many'],
    ['skipped aliases', `{ heads { ${'a: id @skip(if: true) '.repeat(200)} } }`, 'repeats too many'],
    ['aliases that nobody asks for', `query a { __typename } query b { heads { ${'a: id '.repeat(200)} } }`, 'repeats'],
    [
      'aliases in a fragment that is not used',
      `{ __typename } fragment f on Head { ${'a: id '.repeat(200)} }`,
      'repeats',
    ],
    [
      'circles of fragments',
      '{ heads { ...a } } fragment a on Head { encoder { ...b } } fragment b on Encoder { x: metrics { ...c } } fragment c on Metric { negatives { ...d } } fragment d on Negatives { ...d }',
      undefined,
    ],
    [
      'a circle through a field',
      '{ __schema { types { ...a } } } fragment a on __Type { ofType { ...a } }',
      'nested too deeply',
    ],
    ['subscriptions', 'subscription { heads { id } }', 'no subscription operations'],
  ])('refuses %s', (_what, query, message) => {
    const check = () =>
      checkCost(schema, parse(query), { query, variables: {}, operationName: 'a' }, { sizes, maxValues: 1e6 });
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });

  it('knows the length of every list of the schema', () => {
    const lists = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!isObjectType(type) || type.name.startsWith('__')) return [];
      const fields = Object.values(type.getFields());
      return fields
        .filter((field) => isListType(isNonNullType(field.type) ? field.type.ofType : field.type))
        .map(({ name }) => `${type.name}.${name}`);
    });
    expect(Object.keys(sizes).toSorted()).toEqual(lists.toSorted());
  });

  it('of a field for which a file is read is as high as that of a measurement', () => {
    for (const field of ['modality', 'spacing { x }', 'windows { width }', 'flags { lossy }', 'measured: modality']) {
      expect(costOf(`{ image(id: "a") { ${field} } }`), field).toBeGreaterThanOrEqual(41);
    }
  });
});
