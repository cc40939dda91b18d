import { getIntrospectionQuery } from 'graphql';
import { type Attack, query, repeat } from './attack.js';

const DEEP_TYPE = repeat(9, () => 'ofType { name ', '') + '}'.repeat(9);
const METRIC = 'name value dataset split n label prompt excludedLabels negatives { kind sets n }';

/** Documents: what they ask for, and what GraphQL itself has to do to look through them. */
export const queryAttacks = (imageId: string): readonly Attack[] => [
  // Aliases that multiply from level to level.
  query(
    'aliases of heads, metrics, n',
    `{ ${repeat(18, (a) => `h${a}: heads { ${repeat(3, (b) => `m${b}: metrics { ${repeat(10, (c) => `n${c}: n`)} }`)} }`)} }`,
  ),
  query('aliases of heads alone', `{ ${repeat(390, (a) => `h${a}: heads { id }`)} }`),
  query(
    'aliases of encoders in heads',
    `{ ${repeat(40, (a) => `h${a}: heads { encoder { ${repeat(10, (b) => `m${b}: metrics { n }`)} } }`)} }`,
  ),
  query(
    'aliases of all evidence',
    `{ ${repeat(30, (a) => `h${a}: heads { metrics { ${METRIC} } encoder { metrics { ${METRIC} } } }`)} }`,
  ),
  query(
    'aliases of runtime',
    `{ ${repeat(60, (a) => `r${a}: runtime { processes { models { id skipped { provider } } memory { device } } }`)} }`,
  ),
  query('aliases of images', `{ ${repeat(150, (a) => `i${a}: image(id: "${imageId}") { id width url }`)} }`),
  query(
    'aliases of analyze',
    `{ image(id: "${imageId}") { ${repeat(60, (a) => `a${a}: analyze(heads: [{ id: "test-masks" }]) { __typename }`)} } }`,
  ),
  query(
    'aliases of masks and rle',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ... on SegmentationAnswer { ${repeat(30, (a) => `m${a}: masks { ${repeat(4, (b) => `r${b}: rle { counts }`)} }`)} } } } }`,
  ),
  query(
    'aliases of polygons',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ... on SegmentationAnswer { masks { ${repeat(100, (a) => `p${a}: polygons { exterior holes }`)} } } } } }`,
  ),
  query(
    'aliases of measurements',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ... on SegmentationAnswer { masks { ${repeat(200, (a) => `m${a}: measurements { area }`)} } } } } }`,
  ),
  query(
    'aliases of measurements in other units',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ... on SegmentationAnswer { masks { ${repeat(90, (a) => `m${a}: measurements(pixelSize: { x: ${a + 1}, y: 1 }) { area }`)} } } } } }`,
  ),
  query(
    'pixels of no size',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ... on SegmentationAnswer { masks { ${['1e-320', '1e308', '1e999', '-1'].map((x, a) => `m${a}: measurements(pixelSize: { x: ${x}, y: 1e308 }) { area perimeter ellipse { circumference } }`).join(' ')} } } } } }`,
  ),
  query('typename', `{ ${repeat(600, (a) => `t${a}: __typename`)} }`),

  // Introspection.
  query('introspection', getIntrospectionQuery()),
  query(
    'introspection, twice',
    getIntrospectionQuery().replace(
      '{',
      `{ a: __schema { types { fields { args { type { ${DEEP_TYPE} } } type { ${DEEP_TYPE} } } } }`,
    ),
  ),
  query(
    'introspection, 583 characters',
    `{ __schema { types { ${repeat(8, (a) => `f${a}: fields { ${repeat(3, (b) => `t${b}: type { name fields { name type { name } } }`)} }`)} } } }`,
  ),
  query('introspection by aliases', `{ ${repeat(30, (a) => `s${a}: __schema { types { name fields { name } } }`)} }`),
  query('introspection of one type', `{ ${repeat(200, (a) => `t${a}: __type(name: "Head") { fields { name } }`)} }`),
  query(
    'introspection along ofType',
    `{ __schema { types { fields { type { ${repeat(150, () => 'ofType { ', '')} name ${'}'.repeat(150)} } } } }`,
  ),
  query(
    'introspection in circles',
    `{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } }`,
  ),
  query(
    'introspection of unions',
    `{ __schema { types { possibleTypes { fields { type { possibleTypes { fields { name } } } } } } } }`,
  ),
  query('introspection of directives', `{ __schema { ${repeat(200, (a) => `d${a}: directives { args { name } }`)} } }`),
  query('introspection of no type', `{ __type(name: "${'x'.repeat(100_000)}") { name } }`),
  query(
    'introspection in fragments',
    `{ __schema { ...a } } fragment a on __Schema { types { ...b ...b } } fragment b on __Type { fields { type { ...c } } } fragment c on __Type { fields { name } ofType { ...c } }`,
  ),

  // Fragments.
  query('fragments in a circle', '{ heads { ...a } } fragment a on Head { ...b } fragment b on Head { ...a }'),
  query(
    'a fragment of itself, deeper',
    '{ heads { ...a } } fragment a on Head { encoder { ...b } } fragment b on Encoder { metrics { ...c } } fragment c on Metric { negatives { ...d } } fragment d on Negatives { ...d kind }',
  ),
  query(
    'fragments all in all',
    `{ heads { ...f0 } } ${repeat(30, (a) => `fragment f${a} on Head { ${repeat(30, (b) => `...f${b}`)} }`)}`,
  ),
  query(
    'fragments that double',
    `{ heads { ...f0 } } ${repeat(170, (a) => `fragment f${a} on Head { ...f${a + 1} ...f${a + 1} }`)} fragment f170 on Head { id }`,
  ),
  query(
    'fragments that double below analyze',
    `{ image(id: "${imageId}") { analyze(heads: [{ id: "test-masks" }]) { ...f0 } } }
    ${repeat(28, (a) => `fragment f${a} on HeadAnswer { ...f${a + 1} ...f${a + 1} }`)}
    fragment f28 on HeadAnswer { __typename }`,
  ),
  query(
    'fragments that double through a field',
    `{ ...f0 } ${repeat(80, (a) => `fragment f${a} on Query { a: __typename ...f${a + 1} b: __typename ...f${a + 1} }`)} fragment f80 on Query { heads { id } }`,
  ),
  query(
    'fragments, every pair',
    `{ heads { ${repeat(170, (a) => `...f${a}`)} } } ${repeat(170, (a) => `fragment f${a} on Head { id }`)}`,
  ),
  query(
    'fragments, each with many',
    `{ heads { ${repeat(30, (a) => `...f${a}`)} } } ${repeat(30, (a) => `fragment f${a} on Head { ${'a: id '.repeat(18)} }`)}`,
  ),
  query(
    'fragments that nobody uses',
    `{ heads { id } } ${repeat(150, (a) => `fragment f${a} on Head { a: id a: title a: id }`)}`,
  ),
  query('fragments of no type', `{ heads { ...f0 } } ${repeat(200, (a) => `fragment f${a} on Nothing${a} { id }`)}`),
  query('a fragment spread often', `{ heads { ${'...f '.repeat(900)} } } fragment f on Head { id }`),
  query('inline fragments side by side', `{ heads { ${'... on Head { a: id } '.repeat(240)} } }`),
  query('inline fragments in one another', `{ heads { ${'... { '.repeat(600)} id ${'} '.repeat(600)} } }`),

  // One name again and again, which validation compares pair by pair.
  query('a field again and again', `{ heads { ${'id '.repeat(1900)} } }`),
  query('an alias again and again', `{ heads { ${'a: id '.repeat(650)} } }`),
  query('an alias of two fields', `{ heads { ${'a: id a: title '.repeat(320)} } }`),
  query('a field with arguments again and again', `{ ${'image(id: 1) { id } '.repeat(190)} }`),
  query('a field with other arguments each time', `{ ${repeat(190, (a) => `image(id: ${a}) { id }`)} }`),
  query(
    'lists within lists again and again',
    `{ ${repeat(9, () => `heads { ${repeat(9, () => `metrics { ${'negatives { kind } '.repeat(4)} }`)} }`)} }`,
  ),
  query('skipped again and again', `{ heads { ${'a: id @skip(if: true) '.repeat(180)} } }`),
  query(
    'included for three types',
    `{ image(id: 1) { analyze(heads: []) { ${repeat(90, (a) => `... on ${['SegmentationAnswer', 'ClassificationAnswer', 'HeadFailure'][a % 3]!} { a: headId a: headId }`)} } } }`,
  ),

  // Depth.
  query('deep fields', `{ ${'heads { encoder { '.repeat(160)} id ${'} } '.repeat(160)} }`),
  query('deep lists', `{ image(id: ${'['.repeat(990)}1${']'.repeat(990)}) { id } }`),
  query(
    'deep objects',
    `{ image(id: 1) { analyze(heads: [{ id: 1, params: ${'{ a: '.repeat(350)}1${' }'.repeat(350)} }]) { __typename } } }`,
  ),
  query('deep types of variables', `query ($a: ${'['.repeat(950)}ID${']'.repeat(950)}) { image(id: $a) { id } }`),
  query('open braces', '{'.repeat(250_000)),
  query('open brackets', `{ a(b: ${'['.repeat(250_000)}`),

  // Directives.
  query('a directive repeated', `{ heads { id ${'@skip(if: true) '.repeat(270)} } }`),
  query('directives that are none', `{ heads { id ${repeat(480, (a) => `@x${a}`)} } }`),
  query(
    'directives on all that is there',
    `query @a { heads @b { id @c ... @d { id } } } fragment f on Head @e { id }`,
  ),
  query('defer and stream', `{ heads @stream(initialCount: 0) { id ... @defer { title } } }`),

  // Names and texts.
  query('a long name', `{ ${'h'.repeat(250_000)} }`),
  query('long names', `{ heads { ${repeat(100, (a) => 'h'.repeat(2400) + String(a))} } }`),
  query('a long alias', `{ ${'a'.repeat(250_000)}: heads { id } }`),
  query('long names of variables', `query (${repeat(90, (a) => `$${'v'.repeat(2500)}${a}: ID`)}) { heads { id } }`),
  query('fields that are none', `{ ${repeat(1900, (a) => `headz${a}`)} }`),
  query('arguments that are none', `{ heads(${repeat(650, (a) => `a${a}: 1`)}) { id } }`),
  query('a long text', `{ image(id: "${'x'.repeat(250_000)}") { id } }`),
  query('a long block of text', `{ image(id: """${' \n'.repeat(80_000)}""") { id } }`),
  query('a long number', `{ image(id: ${'9'.repeat(200_000)}) { id } }`),
  query(
    'a long fraction',
    `{ image(id: 1) { analyze(heads: [], polygonTolerance: 0.${'9'.repeat(200_000)}) { __typename } } }`,
  ),
  query('comments', '# \n'.repeat(60_000) + '{ heads { id } }'),
  query('commas', ','.repeat(250_000) + '{ heads { id } }'),
  query('null bytes', `{ image(id: "\u0000") { id } }`),
  query('null bytes outside of texts', '{ heads \u0000 { id } }'),
  query('lone surrogates', '{ image(id: "\ud800") { id } }'),
  query('escaped lone surrogates', '{ image(id: "\\ud800\\udfff\\u{D800}") { id } }'),
  query('letters of all kinds', '{ image(id: "\u202e\ufeff\u0301💥") { id } heads { \ufeffid } }'),

  // Numbers of definitions.
  query(
    'operations',
    repeat(190, (a) => `query q${a} { heads { id } }`),
    { operationName: 'q1' },
  ),
  query(
    'operations that are dear',
    repeat(20, (a) => `query q${a} { ${repeat(20, (b) => `a${b}: heads { metrics { n } }`)} }`),
    { operationName: 'q1' },
  ),
  query('operations without a name', '{ heads { id } } { heads { id } }'),
  query('operations of one name', 'query a { heads { id } } query a { heads { id } }', { operationName: 'a' }),
  query('variables that are not used', `query (${repeat(480, (a) => `$v${a}: ID`)}) { heads { id } }`),
  query('variables that are not there', `{ ${repeat(150, (a) => `a${a}: image(id: $v${a}) { id }`)} }`),
  query(
    'variables in a fragment of many operations',
    `${repeat(60, (a) => `query q${a} { ...f }`)} fragment f on Query { ${repeat(80, (a) => `a${a}: image(id: $v${a}) { id }`)} }`,
    { operationName: 'q1' },
  ),
  query('a subscription', 'subscription { heads { id } }'),
  query('a schema', 'type Query { a: Int } schema { query: Query } extend type Head { b: Int }'),
  query('no operation', 'fragment f on Head { id }'),
  query('nothing', ''),
  query('a comment', '#'),
];
