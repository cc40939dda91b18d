import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { GOOD_HEAD, writeHead } from '../../testing/write-head.js';
import { runCheckHead } from '../run-check-head.js';

async function createFolder(): Promise<string> {
  const folder = await writeHead(GOOD_HEAD);
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function firstError(folder: string) {
  const { heads } = await runCheckHead(folder);
  return heads[0]!.findings.find(({ level }) => level === 'error');
}

it('says first of weights that were cut off that they are not the declared ones', async () => {
  const folder = await createFolder();
  const path = join(folder, 'model/head.onnx');
  await writeFile(path, (await readFile(path)).subarray(0, -200));
  expect(await firstError(folder)).toEqual({
    ...{ check: 'weights', level: 'error' },
    message: expect.stringMatching(
      /^model.json declares the digest \w{64}, and the file has \w{64} and is no ONNX file: it was cut off, or/,
    ) as string,
    fix: expect.stringMatching(/^Copy the whole file again/) as string,
  });
});

it('says of a file that is declared and is no ONNX file that another is to be named', async () => {
  const folder = await createFolder();
  await writeFile(join(folder, 'model/head.onnx'), 'not a model');
  const modelFile = join(folder, 'model/model.json');
  const model = JSON.parse(await readFile(modelFile, 'utf8')) as { readonly model: object };
  const sha256 = createHash('sha256').update('not a model').digest('hex');
  await writeFile(modelFile, JSON.stringify({ ...model, model: { ...model.model, sha256 } }));
  expect(await firstError(folder)).toEqual({
    ...{ check: 'weights', level: 'error', message: 'The file that model.json names is no ONNX file.' },
    fix: expect.stringMatching(/^Name it in model.url/) as string,
  });
});
