import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readEncoderFile, readModelFile } from './read-model-file.js';

const at = (name: string) => new URL(`../../test-models/${name}`, import.meta.url);

describe('readModelFile', () => {
  it('takes a URL or a path and finds the weights beside the file', () => {
    const trained = readModelFile(at('masks.json'));
    expect(trained.model.url).toBe(at('masks.onnx').href);
    expect(readModelFile(fileURLToPath(at('masks.json')))).toEqual(trained);
    expect(readModelFile(at('masks.json').href)).toEqual(trained);
  });

  it('names the file that is absent or no JSON, and the path of a fault within it', () => {
    expect(() => readModelFile(at('absent.json'))).toThrow('absent.json cannot be read');
    expect(() => readModelFile(at('make.py'))).toThrow(
      /make\.py cannot be read, since it is not JSON: line 1, column \d+ /,
    );
    expect(() => readEncoderFile(at('masks.json'))).toThrow(
      expect.objectContaining({
        code: 'INVALID_MANIFEST',
        message: expect.stringContaining('preprocess: ') as string,
      }),
    );
  });
});

describe('a golden record beside the model file', () => {
  async function readBeside(record: string): Promise<readonly string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'medzoo-model-'));
    try {
      await writeFile(join(folder, 'model.json'), await readFile(at('masks.json')));
      await writeFile(join(folder, 'golden.json'), record);
      return readModelFile(pathToFileURL(join(folder, 'model.json'))).labels;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('refuses labels in another order than they were trained in, and says both', async () => {
    const { labels } = readModelFile(at('masks.json'));
    expect(await readBeside(JSON.stringify({ labels }))).toEqual(labels);
    for (const other of [labels.toReversed(), labels.slice(1), [...labels, 'more']]) {
      await expect(readBeside(JSON.stringify({ labels: other }))).rejects.toMatchObject({
        code: 'MODEL_MISMATCH',
        details: { expected: other, found: labels },
      });
    }
  });

  it('is no concern of the model where it says nothing of labels', async () => {
    const { labels } = readModelFile(at('masks.json'));
    for (const record of ['{}', '[]', 'null', '{"labels":"all"}', 'no JSON'])
      expect(await readBeside(record)).toEqual(labels);
  });
});

describe('readEncoderFile', () => {
  it('has the preprocessing', () => {
    expect(readEncoderFile(at('encoder.json')).preprocess.size).toEqual({ width: 16, height: 16 });
  });
});
