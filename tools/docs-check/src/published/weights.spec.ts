import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTrainedEncoder, parseTrainedModel, type TrainedModel } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../workspace.js';

/** Of all packages together: what somebody downloads who installs every head. */
const MOST_BYTES = 22e6;
const HEADS_AND_ENCODER = ['automed', 'medcls', 'sam-med2d'];

const paths = HEADS_AND_ENCODER.flatMap((name) => {
  const folder = `packages/${name}/weights`;
  const found = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' });
  return found.filter((file) => file.endsWith('.json')).map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
});

function read(path: string): TrainedModel {
  const location = new URL(path, ROOT);
  const json = JSON.parse(readFileSync(location, 'utf8')) as { readonly encoder?: unknown };
  return json.encoder === undefined ? parseTrainedEncoder(json, location) : parseTrainedModel(json, location);
}

const filesOf = ({ model, variants = [] }: TrainedModel) =>
  [model, ...variants].flatMap(({ data, ...file }) => (data ? [file, data] : [file]));

describe.each(paths)('%s', (path) => {
  it('names files that lie beside it, as they are, and that are published', () => {
    const [parent, name] = path.split('/');
    const { files } = JSON.parse(readFileSync(new URL(`${parent}/${name}/package.json`, ROOT), 'utf8')) as {
      readonly files: readonly string[];
    };
    expect(files).toContain('weights');
    const beside = new URL('.', new URL(path, ROOT)).href;
    for (const { url, sha256, bytes } of filesOf(read(path))) {
      expect(new URL('.', url).href).toBe(beside);
      const content = readFileSync(new URL(url));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
  });
});

it('the weights of all packages are small together, and each file is named by a model', () => {
  const named = new Set(paths.flatMap((path) => filesOf(read(path)).map(({ url }) => fileURLToPath(url))));
  const folders = new Set(paths.map((path) => fileURLToPath(new URL('.', new URL(path, ROOT)))));
  const there = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => folder + file),
  );
  expect(there.toSorted()).toEqual([...named].toSorted());
  expect(there.reduce((sum, file) => sum + readFileSync(file).length, 0)).toBeLessThan(MOST_BYTES);
});
