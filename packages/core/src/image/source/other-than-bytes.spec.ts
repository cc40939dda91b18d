import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createImageSource } from './image-source.js';

const bytes = Uint8Array.of(1, 2, 3);
const source = await createImageSource(bytes);

it.each<[string, unknown, string]>([
  ['a path', 'scan.png', 'got string. Read the file first'],
  ['nothing', undefined, 'got undefined.'],
  ['null', null, 'got null.'],
  ['an ArrayBuffer', bytes.buffer, 'got an ArrayBuffer. Give `new Uint8Array(buffer)`'],
  ['a SharedArrayBuffer', new SharedArrayBuffer(3), 'got an ArrayBuffer.'],
  ['a DataView', new DataView(bytes.buffer), 'got another view of memory.'],
  ['a Blob', new Blob([bytes]), 'got a Blob or File. Give `new Uint8Array(await blob.arrayBuffer())`'],
  ['a File', new File([bytes], 'scan.png'), 'got a Blob or File.'],
  ['a promise', Promise.resolve(bytes), 'got a Promise. Await it first.'],
  ['a stream of Node', Readable.from([bytes]), 'got a stream. Give `await buffer(stream)`'],
  ['a stream of the web', new Blob([bytes]).stream(), 'got a stream.'],
  ['the source of another copy of core', { ...source }, 'got what looks like an image source.'],
  ['a Proxy of bytes', new Proxy(bytes, {}), 'got a Proxy.'],
  ['a list', [1, 2, 3], 'got an array. Give `Uint8Array.from(array)`'],
  ['a Request', new Request('http://x', { method: 'POST', body: bytes }), 'got a Request, a Response or the like.'],
  ['a Response', new Response(bytes), 'Give `new Uint8Array(await request.arrayBuffer())`'],
  ['a file of multer', { originalname: 'x', buffer: Buffer.from(bytes) }, 'Give its `buffer`'],
  ['a Buffer that was JSON', JSON.parse(JSON.stringify(Buffer.from(bytes))), 'Give `Buffer.from(it.data)`'],
  ['another object', { image: bytes }, 'got object.'],
])('%s in place of bytes is named, with what to do', async (_, given, words) => {
  await expect(createImageSource(given as Uint8Array)).rejects.toMatchObject({
    code: 'INVALID_IMAGE',
    message: expect.stringContaining(words) as string,
  });
});
