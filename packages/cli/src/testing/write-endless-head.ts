import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOOD_HEAD, writeHead } from './write-head.js';

/** Written by the script beside it. */
const ENDLESS = new URL('../../test/endless/head.onnx', import.meta.url);

/** As the good head, but for its model, which computes without end. */
export async function writeEndlessHead(): Promise<string> {
  const folder = await writeHead(GOOD_HEAD);
  const place = join(folder, 'model/model.json');
  const { model, ...facts } = JSON.parse(await readFile(place, 'utf8')) as { readonly model: object };
  const bytes = await readFile(ENDLESS);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(folder, 'model/head.onnx'), bytes);
  await writeFile(place, JSON.stringify({ ...facts, model: { ...model, sha256, bytes: bytes.length } }));
  return folder;
}
