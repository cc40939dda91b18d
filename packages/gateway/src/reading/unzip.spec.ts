import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFolder } from '../../test/create-folder.js';
import { drawZip } from '../../test/images/draw-zip.js';
import { unzip } from './unzip.js';

/** Bytes that no deflation makes smaller: they stand in the archive as they are. */
const NOISE = Buffer.concat(Array.from({ length: 32 }, (_, index) => createHash('sha256').update(`${index}`).digest()));
const limits = { maxFiles: 9, maxFileBytes: 2 ** 20, maxTotalBytes: 2 ** 20 };

async function unpack(zip: Buffer) {
  const folder = createFolder();
  const path = join(folder, 'a.zip');
  await writeFile(path, zip);
  return unzip({ type: 'unzip', path, folder, limits });
}

test('a file of an archive comes out as it was', async () => {
  const { files } = await unpack(drawZip({ 'a.dcm': NOISE, empty: new Uint8Array() }));
  expect(await Promise.all(files.map((file) => readFile(file)))).toEqual([NOISE, Buffer.alloc(0)]);
});

test('a file with a changed byte is damaged, although its size is right', async () => {
  const zip = drawZip({ 'a.dcm': NOISE });
  const at = zip.indexOf(NOISE.subarray(500, 520));
  zip[at] = zip[at]! ^ 1;
  await expect(unpack(zip)).rejects.toMatchObject({
    code: 'INVALID_IMAGE',
    message: expect.stringContaining('damaged') as string,
  });
});
