import { buildSchema, execute, type GraphQLResolveInfo, parse } from 'graphql';
import { expect, it } from 'vitest';
import { isSelected } from './is-selected.js';

const schema = buildSchema(`
  type Query { analyze: [Answer!]! }
  union Answer = Masks | Scores
  type Masks { masks: [Mask!]! }
  type Mask { area: Float! polygons: [String!]! }
  type Scores { label: String! }
`);

/** Whether a query, as execution sees it, asks for the polygons of the masks of `analyze`. */
async function asksForPolygons(query: string, variableValues: Record<string, boolean> = {}): Promise<boolean> {
  const found: boolean[] = [];
  const analyze = (_args: unknown, _context: unknown, info: GraphQLResolveInfo): readonly object[] => {
    found.push(isSelected(info, ['masks', 'polygons']));
    return [];
  };
  const { errors } = await execute({ schema, document: parse(query), rootValue: { analyze }, variableValues });
  expect(errors).toBeUndefined();
  return found[0]!;
}

it.each([
  ['{ analyze { ... on Masks { masks { polygons } } } }', true],
  ['{ analyze { ... on Masks { masks { area } } } }', false],
  ['{ analyze { ... on Masks { m: masks { p: polygons } } } }', true],
  ['{ analyze { ...A } } fragment A on Masks { masks { ...B } } fragment B on Mask { area polygons }', true],
  [
    `{ analyze { ...A ...A } } fragment A on Masks { a: masks { area } b: masks { ...B } }
    fragment B on Mask { polygons }`,
    true,
  ],
  [
    `{ analyze { ... on Masks { a: masks { ...B @skip(if: true) } b: masks { ...B } } } }
    fragment B on Mask { polygons }`,
    true,
  ],
  ['{ analyze { ... on Masks { masks { polygons @skip(if: true) } } } }', false],
  ['query ($is: Boolean!) { analyze { ... on Masks { masks { ... @include(if: $is) { polygons } } } } }', false],
])('%s: %j', async (query, isAsked) => {
  expect(await asksForPolygons(query, { is: false })).toBe(isAsked);
});

it('looks at each fragment once, however often it is spread', async () => {
  const count = 60; // 2^60 spreads
  const fragments = Array.from(
    { length: count },
    (_, at) => `fragment F${at} on Answer { ...F${at + 1} ...F${at + 1} }`,
  );
  const last = `fragment F${count} on Masks { masks { polygons } }`;
  expect(await asksForPolygons(`{ analyze { ...F0 } } ${fragments.join(' ')} ${last}`)).toBe(true);
});
