import { gzipSync } from 'node:zlib';
import { type Attack, attack, raw, repeat } from './attack.js';

const HOST = 'host: localhost\r\n';
const FORM = { 'content-type': 'multipart/form-data; boundary=b' };
const OPERATIONS = JSON.stringify({
  query: 'mutation ($f: Upload!) { uploadImage(file: $f) { id } }',
  variables: { f: null },
});

const field = (name: string, value: string): string =>
  `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, content: string): string =>
  `--b\r\ncontent-disposition: form-data; name="${name}"; filename="f"\r\n\r\n${content}\r\n`;
const form = (name: string, body: string, headers: Record<string, string> = FORM): Attack =>
  attack(`form: ${name}`, 'POST /graphql', headers, Buffer.from(body, 'latin1'));
const operations = field('operations', OPERATIONS);
const chunked = (size: number, count: number, path = '/images'): string =>
  `POST ${path} HTTP/1.1\r\n${HOST}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`.repeat(count)}0\r\n\r\n`;

/** The protocol below: methods, paths, headers, bodies in parts, and connections. */
export const httpAttacks = (imageId: string): readonly Attack[] => [
  ...['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'LOCK', 'M-SEARCH', 'QUERY'].flatMap((method) =>
    ['/', '/graphql', '/images', `/images/${imageId}`].map((path) =>
      attack(`${method} ${path.slice(0, 10)}`, `${method} ${path}`, {}),
    ),
  ),
  raw('CONNECT', `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`),
  raw('a method that is none', `NONE / HTTP/1.1\r\n${HOST}\r\n`),
  raw('OPTIONS *', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`),
  raw('an address as a path', `GET http://evil.example/images HTTP/1.1\r\n${HOST}\r\n`),
  raw('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  raw('HTTP/0.9', 'GET /\r\n'),
  raw('TLS', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])),
  raw('zeros', Buffer.alloc(200_000)),

  // Paths.
  ...[
    '%',
    '%E0%A4%A',
    '%00',
    '..%2f..%2fetc%2fpasswd',
    '..\\..\\x',
    '%2e%2e/%2e%2e/x',
    'a'.repeat(15_000),
    '%61'.repeat(5000),
    `${imageId}/`,
    `${imageId}%00`,
    '__proto__',
    'a/'.repeat(7000),
    ';'.repeat(9000),
    '?'.repeat(9000),
    '*',
  ].flatMap((path) =>
    ['/images/', '/altair/', '/page/', '/'].map((before) =>
      attack(`GET ${before}${path.slice(0, 12)}`, `GET ${before}${path}`, {}),
    ),
  ),
  ...[
    'heads/__proto__/masks/left.png',
    'heads/test-masks/masks/%F0.png',
    `heads/test-masks/masks/${'x'.repeat(9000)}.png`,
    `heads/${'x'.repeat(9000)}/heat-map.png`,
    'heads/test-masks/heat-map.png',
    'heads/test-classes/masks/left.png',
    `heads/test-masks/masks/left.png?params=${Buffer.from(`{"threshold":${'['.repeat(5000)}${']'.repeat(5000)}}`).toString('base64url')}`,
    `heads/test-masks/masks/left.png?params=${'e30'.repeat(4000)}`,
    'heads/test-masks/masks/left.png?params=e30&params=e30',
    `heads/test-masks/masks/left.png?params=${Buffer.from('{"__proto__":{"a":1}}').toString('base64url')}`,
  ].map((path) => attack(`picture ${path.slice(6, 50)}`, `GET /images/${imageId}/${path}`, {})),

  // Headers.
  attack('a long header', 'GET /', { 'x-a': 'x'.repeat(200_000) }),
  raw('headers without number', `GET / HTTP/1.1\r\n${HOST}${repeat(3000, (a) => `x${a}: 1\r\n`, '')}\r\n`),
  raw('a header without an end', `GET / HTTP/1.1\r\n${HOST}x: ${'x'.repeat(15_000)}`),
  raw('a header in lines', `GET / HTTP/1.1\r\n${HOST}x: a\r\n b\r\n\r\n`),
  raw('two lengths', `POST /images HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`),
  raw(
    'a length and chunks',
    `POST /images HTTP/1.1\r\n${HOST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  raw('a length below 0', `POST /images HTTP/1.1\r\n${HOST}content-length: -1\r\n\r\n`),
  raw('two hosts', `GET / HTTP/1.1\r\n${HOST}host: evil.example\r\n\r\n`),
  raw('no host', 'GET / HTTP/1.1\r\n\r\n'),
  ...['evil.example', 'localhost:99999999', 'localhost@evil', '[::1', 'x'.repeat(9000), '%00', 'localhost, evil'].map(
    (host) => attack(`host ${host.slice(0, 20)}`, 'GET /', { host }),
  ),
  ...['null', 'http://', 'x'.repeat(9000), 'http://localhost:4000@evil', '//', 'http://[::'].map((origin) =>
    attack(`origin ${origin.slice(0, 20)}`, 'POST /images', { origin }, 'x'),
  ),
  attack('an etag list', `GET /images/${imageId}`, { 'if-none-match': repeat(5000, () => '""', ',') }),
  attack('an etag list for a picture', `GET /images/${imageId}/heads/test-masks/masks/left.png`, {
    'if-none-match': `W/"${'x,'.repeat(7000)}`,
  }),
  attack('ranges', `GET /images/${imageId}`, { range: `bytes=${repeat(1800, (a) => `${a}-${a}`, ',')}` }),
  attack('a range that is none', `GET /images/${imageId}`, { range: 'bytes=9999999999999999999-' }),
  attack('a range of the page', 'GET /page/dom/main.js', { range: `bytes=${repeat(1800, () => '0-', ',')}` }),
  attack('dates', `GET /images/${imageId}`, { 'if-modified-since': 'x'.repeat(9000), 'if-range': 'y'.repeat(3000) }),
  attack('accept', 'GET /graphql', { accept: repeat(1500, (a) => `a/${a};q=0.1`, ',') }),
  attack(
    'accept for a query',
    'POST /graphql',
    { accept: repeat(1500, (a) => `a/${a};q=0.1`, ','), 'content-type': 'application/json' },
    '{"query":"{heads{id}}"}',
  ),
  attack(
    'accept of nothing',
    'POST /graphql',
    { accept: 'image/png', 'content-type': 'application/json' },
    '{"query":"{heads{id}}"}',
  ),
  attack(
    'a stream of answers',
    'POST /graphql',
    { accept: 'multipart/mixed;deferSpec=20220824', 'content-type': 'application/json' },
    '{"query":"{heads{id}}"}',
  ),
  attack(
    'a content type of many parts',
    'POST /graphql',
    { 'content-type': `multipart/form-data; ${'a=b; '.repeat(2000)}boundary=b` },
    'x',
  ),
  attack('forwarded for all', 'GET /', {
    'x-forwarded-for': repeat(3000, () => '1.1.1.1', ', '),
    'x-forwarded-host': 'evil',
    'x-forwarded-proto': 'x'.repeat(1000),
  }),
  attack('a trace', 'GET /health', {
    traceparent: `00-${'a'.repeat(9000)}`,
    tracestate: 'a=b,'.repeat(1000),
    baggage: 'a=b,'.repeat(1000),
    'x-request-id': 'x'.repeat(1000),
  }),
  attack('an upgrade', 'GET /', {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-version': '13',
  }),
  attack('an upgrade to HTTP/2', 'GET /', {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'x',
  }),
  raw('expect', `POST /images HTTP/1.1\r\n${HOST}expect: 100-continue\r\ncontent-length: 3\r\n\r\nabc`),
  raw('expect something else', `POST /images HTTP/1.1\r\n${HOST}expect: 200-ok\r\ncontent-length: 3\r\n\r\nabc`),
  attack(
    'a bomb for a query',
    'POST /graphql',
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    gzipSync(Buffer.alloc(150_000_000, ' '), { level: 9 }),
  ),
  attack(
    'a bomb in a bomb',
    'POST /graphql',
    { 'content-type': 'application/json', 'content-encoding': 'gzip, gzip' },
    gzipSync(gzipSync(Buffer.alloc(50_000_000))),
  ),
  attack('a bomb for an image', 'POST /images', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000))),
  attack(
    'gzip that is none',
    'POST /graphql',
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    'xxxx',
  ),
  attack(
    'an encoding that is none',
    'POST /graphql',
    { 'content-type': 'application/json', 'content-encoding': 'x'.repeat(5000) },
    'xxxx',
  ),

  // Bodies in parts.
  raw('chunks of one byte', chunked(1, 40_000)),
  raw('chunks of one byte, as a query', chunked(1, 40_000, '/graphql')),
  raw('chunks of no size', `POST /images HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n`),
  raw(
    'a chunk without an end',
    `POST /images HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx`,
  ),
  raw(
    'a chunk with extensions',
    `POST /images HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n1;${'a=b;'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
  ),
  raw(
    'trailers',
    `POST /images HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n0\r\n${'x: y\r\n'.repeat(20_000)}\r\n`,
  ),
  raw('requests one after the other', `GET /health HTTP/1.1\r\n${HOST}\r\n`.repeat(5000)),
  raw('bodies one after the other', `POST / HTTP/1.1\r\n${HOST}content-length: 3\r\n\r\nabc`.repeat(4000)),
  raw('queries one after the other', `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(7000)),

  // Forms.
  form('empty', ''),
  form('no end', '--b'),
  form('no parts', '--b--'),
  form('of boundaries', '--b\r\n'.repeat(50_000)),
  form('of almost boundaries', '\r\n--'.repeat(60_000)),
  form('of fields', field('x', 'y').repeat(3000)),
  form('of files', operations + field('map', '{}') + file('0', 'x').repeat(2500)),
  form('of headers', `--b\r\n${'x: y\r\n'.repeat(30_000)}\r\n`),
  form('of one long header', `--b\r\ncontent-disposition: form-data; name="${'x'.repeat(200_000)}"\r\n\r\ny\r\n--b--`),
  form(
    'of one long file name',
    `--b\r\ncontent-disposition: form-data; name="0"; filename="${'../'.repeat(1000)}"\r\n\r\ny\r\n--b--`,
  ),
  form(
    'of encoded names',
    `--b\r\ncontent-disposition: form-data; name*=utf-8''${'%E0'.repeat(1000)}; filename*=x''%\r\n\r\ny\r\n--b--`,
  ),
  form('a part without a name', operations + '--b\r\n\r\nx\r\n--b--'),
  form('names of every object', field('__proto__', '{}') + field('constructor', '{}') + '--b--'),
  form(
    'a map of many',
    operations + field('map', `{${repeat(10_000, (a) => `"${a}":["variables.f"]`, ',')}}`) + '--b--',
  ),
  form(
    'a map of many paths',
    operations + field('map', `{"0":[${repeat(250, () => '"variables.f"', ',')}]}`) + file('0', 'x') + '--b--',
  ),
  form(
    'a map to every object',
    operations +
      field('map', '{"0":["variables.__proto__.x","variables.constructor.prototype"]}') +
      file('0', 'x') +
      '--b--',
  ),
  form('operations that are deep', field('operations', '['.repeat(120_000)) + field('map', '{}') + '--b--'),
  form(
    'operations that are dear',
    field('operations', JSON.stringify({ query: `{ ${repeat(300, (a) => `h${a}: heads { metrics { n } }`)} }` })) +
      field('map', '{}') +
      '--b--',
  ),
  form(
    'operations of many keys',
    field('operations', `{${repeat(18_000, (a) => `"k${a}":1`, ',')}}`) + field('map', '{}') + '--b--',
  ),
  form('in a form', '--b\r\ncontent-type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--'),
  ...['', '""', 'b\u00e9', '-'.repeat(200), '"', "'"].map((boundary) =>
    form(`boundary ${boundary.slice(0, 5)}`, operations, {
      'content-type': `multipart/form-data; boundary=${boundary}`,
    }),
  ),
];
