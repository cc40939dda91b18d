import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readEncoderFile, readModelFile } from './read-model-file.js';

const at = (name: string) => new URL(`../../test-models/${name}`, import.meta.url);

describe('readModelFile', () => {
  it('takes a URL or a path and finds the weights beside the file', () => {
    const trained = readModelFile(at('masks.json'));
    expect(trained.model.url).toBe(at('masks.onnx').href);
    expect(readModelFile(fileURLToPath(at('masks.json')))).toEqual(trained);
  });

  it('names the file that is absent or no JSON, and the path of a fault within it', () => {
    expect(() => readModelFile(at('absent.json'))).toThrow('absent.json cannot be read');
    expect(() => readModelFile(at('make.py'))).toThrow('make.py is not JSON');
    expect(() => readEncoderFile(at('masks.json'))).toThrow(
      expect.objectContaining({
        code: 'INVALID_MANIFEST',
        message: expect.stringContaining('preprocess: ') as string,
      }),
    );
  });
});

describe('readEncoderFile', () => {
  it('has the preprocessing', () => {
    expect(readEncoderFile(at('encoder.json')).preprocess.size).toEqual({ width: 16, height: 16 });
  });
});
