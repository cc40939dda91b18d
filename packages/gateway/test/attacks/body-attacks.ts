import { type Attack, attack, json, query, repeat } from './attack.js';

const ANALYZE =
  'query ($id: ID!, $heads: [HeadRequest!]!) { image(id: $id) { width analyze(heads: $heads) { __typename ... on HeadFailure { headId code message } } } }';

const analyze = (name: string, id: string, heads: unknown): Attack =>
  query(name, ANALYZE, { variables: { id, heads } });
const QUERY = '"query": "{ heads { id } }"';
const nested = (count: number, open: string, close: string): string => open.repeat(count) + '1' + close.repeat(count);

/** What comes beside the document: JSON, variables, names of operations, and other ways to send them. */
export const bodyAttacks = (imageId: string): readonly Attack[] => [
  // Variables.
  analyze('heads without number', imageId, Array(20_000).fill({ id: '' })),
  analyze('heads that are none', imageId, Array(100_000).fill(1)),
  analyze('heads that are half', imageId, Array(9000).fill({})),
  analyze('a head with a long id', imageId, [{ id: 'x'.repeat(250_000) }, { id: 'test-masks' }]),
  analyze(
    'heads with ids like ours',
    imageId,
    Array.from({ length: 32 }, (_, a) => ({ id: 'test-mask'.repeat(500) + String(a) })),
  ),
  analyze(
    'heads of every object',
    imageId,
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((id) => ({ id })),
  ),
  analyze(
    'one head 32 times',
    imageId,
    Array.from({ length: 32 }, (_, a) => ({ id: 'test-masks', params: { threshold: a / 32 } })),
  ),
  analyze('params that are none', imageId, [
    { id: 'test-masks', params: Object.fromEntries(Array.from({ length: 9000 }, (_, a) => [`p${a}`, a])) },
  ]),
  analyze('a param with a long name', imageId, [{ id: 'test-masks', params: { ['x'.repeat(200_000)]: 1 } }]),
  analyze('a param with a long value', imageId, [{ id: 'test-masks', params: { threshold: 'x'.repeat(200_000) } }]),
  analyze('a label 9,000 times', imageId, [{ id: 'test-masks', params: { targets: Array(9000).fill('left') } }]),
  analyze('labels that are none', imageId, [
    { id: 'test-masks', params: { targets: Array.from({ length: 9000 }, (_, a) => `l${a}`) } },
  ]),
  analyze('params of every object', imageId, [
    { id: 'test-masks', params: { constructor: 1, toString: 1, hasOwnProperty: 1 } },
  ]),
  analyze('an image with a long id', 'a'.repeat(200_000), [{ id: 'test-masks' }]),
  analyze('an image of every object', '__proto__', [{ id: 'test-masks' }]),
  ...['1e999', '-1e999', '9007199254740993', '1e-400', '"NaN"', 'null', 'true', '[]', '{}'].map((value) =>
    json(
      `polygonTolerance ${value}`,
      `{"query": "query ($t: Float) { image(id: \\"${imageId}\\") { analyze(heads: [{ id: \\"test-masks\\" }], polygonTolerance: $t) { __typename ... on SegmentationAnswer { masks { polygons { exterior } } } } } }", "variables": {"t": ${value}}}`,
    ),
  ),
  query('priority that is none', `{ image(id: "${imageId}") { analyze(heads: [], priority: NOW) { __typename } } }`),
  query(
    'numbers beyond Int and Float',
    `query ($a: Int = 99999999999, $b: Float = 1e999) { image(id: ${'9'.repeat(400)}) { id } }`,
  ),
  query('an upload that is none', 'mutation ($f: Upload!) { uploadImage(file: $f) { id } }', {
    variables: { f: { image: { id: imageId } } },
  }),
  query('uploads that are none', `mutation { ${repeat(90, (a) => `u${a}: uploadImage(file: "x") { id }`)} }`),
  json('deep variables', `{${QUERY}, "variables": {"a": ${nested(100_000, '[', ']')}}}`),
  json('deep objects in variables', `{${QUERY}, "variables": {"a": ${nested(40_000, '{"a":', '}')}}}`),
  json(
    'deep params',
    JSON.stringify({ query: ANALYZE, variables: { id: imageId, heads: 0 } }).replace(
      '"heads":0',
      `"heads":[{"id":"test-masks","params":{"threshold":${nested(20_000, '[', ']')}}}]`,
    ),
  ),
  json('many variables', `{${QUERY}, "variables": {${repeat(15_000, (a) => `"v${a}":1`, ',')}}}`),
  json(
    '__proto__ in variables',
    `{"query": ${JSON.stringify(ANALYZE)}, "variables": {"__proto__": {"id": "x"}, "id": "${imageId}", "heads": [{"__proto__": {"id": "x"}, "id": "test-masks", "params": {"__proto__": {"threshold": 1}}}]}}`,
  ),
  json('__proto__ in the body', `{"__proto__": {"query": "{ heads { id } }"}, "constructor": {"prototype": {"a": 1}}}`),

  // Bodies.
  json('a batch', `[${repeat(7000, () => `{${QUERY}}`, ',')}]`),
  json('a deep body', nested(120_000, '[', ']')),
  json('a deep body of objects', nested(40_000, '{"a":', '}')),
  json('a body of keys', `{${repeat(20_000, (a) => `"k${a}":1`, ',')}, ${QUERY}}`),
  json('a body that ends too soon', '{"query": "'),
  json('no JSON', '\u0000\u0001'),
  json('JSON of half letters', `{"query": "{ image(id: \\"\\ud800\\") { id } }"}`),
  json('a number', '1'),
  json('null', 'null'),
  json('a text', '"{ heads { id } }"'),
  json('a query that is a number', '{"query": 1}'),
  json('a query that is a list', '{"query": ["{ heads { id } }"]}'),
  json('a query that is a document', '{"query": {"kind": "Document", "definitions": []}}'),
  json('variables that are a list', `{${QUERY}, "variables": [1]}`),
  json('variables that are a text', `{${QUERY}, "variables": "{}"}`),
  json('operationName that is a number', `{${QUERY}, "operationName": 1}`),
  json('operationName that is long', `{${QUERY}, "operationName": "${'x'.repeat(200_000)}"}`),
  json('operationName that is empty', `{${QUERY}, "operationName": ""}`),
  json('operationName of every object', `{${QUERY}, "operationName": "__proto__"}`),
  json('a persisted query', '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}'),
  json('a persisted query of no version', `{${QUERY}, "extensions": {"persistedQuery": null}}`),
  json('a persisted query that is a number', `{${QUERY}, "extensions": {"persistedQuery": 7}}`),
  json('deep extensions', `{${QUERY}, "extensions": {"a": ${nested(100_000, '[', ']')}}}`),
  attack('another charset', 'POST /graphql', { 'content-type': 'application/json; charset=utf-7' }, `{${QUERY}}`),
  attack(
    'UTF-16',
    'POST /graphql',
    { 'content-type': 'application/json; charset=utf-16' },
    Buffer.from(`{${QUERY}}`, 'utf16le'),
  ),
  attack(
    'bytes that are no UTF-8',
    'POST /graphql',
    { 'content-type': 'application/json' },
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  ),
  attack('text', 'POST /graphql', { 'content-type': 'text/plain' }, `{${QUERY}}`),
  attack('GraphQL', 'POST /graphql', { 'content-type': 'application/graphql' }, '{ heads { id } }'),
  attack(
    'a form of a page',
    'POST /graphql',
    { 'content-type': 'application/x-www-form-urlencoded' },
    `query=${'%7B'.repeat(60_000)}`,
  ),
  attack('nothing at all', 'POST /graphql', { 'content-type': 'application/json' }),

  // The same by GET.
  ...[
    ['a query', '?query={heads{id}}'],
    ['a mutation', '?query=mutation{uploadImage(file:1){id}}'],
    ['a query twice', '?query={heads{id}}&query={heads{id}}'],
    [
      'aliases',
      `?query={${repeat(20, (a) => `h${a}:heads{${repeat(20, (b) => `m${b}:metrics{a:n,b:n,c:n}`, ',')}}`, ',').slice(0, 15_000)}`,
    ],
    [
      'introspection',
      '?query={__schema{types{a:fields{type{fields{name}}}b:fields{type{fields{name}}}c:fields{type{fields{name}}}}}}',
    ],
    ['variables that are no JSON', '?query={heads{id}}&variables={'],
    ['variables that are deep', `?query={heads{id}}&variables=${'['.repeat(7000)}`],
    ['bytes that are none', '?query=%E0%A4%A&variables=%'],
    ['parameters without number', `?${repeat(3000, (a) => `a${a}=`, '&')}`.slice(0, 15_000)],
    ['parameters in brackets', `?${'query[a]'.repeat(1500)}=1`],
  ].map(([name, search]) =>
    attack(`GET: ${name!}`, `GET /graphql${search!}`, { 'apollo-require-preflight': '1', accept: 'application/json' }),
  ),
];
