import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPackedFolder,
  head,
  PACKED,
  PACKED_NOW,
  weightsOf,
  type PackedFolder,
} from '../../../test/packed-folder.js';
import type { ModelFiles } from '../../contract/index.js';
import { filesOfModel } from '../../contract/model/model-files.js';
import { readEncoderFile, readModelFile } from '../../model/read-model-file.js';
import type { OnnxOptions } from '../onnx/onnx-options.js';
import { giveSameAnswers } from './same-answers.js';

let packed: PackedFolder;

beforeEach(async () => {
  packed = await createPackedFolder();
});
afterEach(() => packed.remove());

/** The head that takes prompts is opened five times here, at a second of one processor each. */
const OPENING_MS = 120_000;

describe('answers from packed weights', () => {
  const encoder = filesOfModel(readEncoderFile(weightsOf('sam-med2d/weights/model.json')));
  const modelOf = (path: string) => filesOfModel(readModelFile(weightsOf(`${path}/model.json`)));
  it.each<[string, ModelFiles, OnnxOptions]>([
    ['the encoder in int8', encoder, {}],
    ['the encoder itself', encoder, { precision: 'reference' }],
    ['AutoMed', modelOf('automed/weights'), {}],
    ['AutoMed itself', modelOf('automed/weights'), { precision: 'reference' }],
    ['MedCls', head, {}],
    ['the head that takes prompts', readModelFile(weightsOf('sam-med2d/weights/decoder.json')).model, {}],
  ])(
    'are the same to the bit: %s',
    async (_, model, options) => {
      const plain = await packed.open(model, { ...options, packedWeights: false });
      const [made, found] = [
        await packed.open(model, { ...options, ...PACKED }),
        await packed.open(model, { ...options, ...PACKED }),
      ];
      expect(packed.openedFrom()).toEqual(['bytes', ...PACKED_NOW, 'packed']);
      for (const one of [made, found]) {
        expect(
          await giveSameAnswers(
            model,
            (feeds) => plain.run(feeds),
            (feeds) => one.run(feeds),
          ),
        ).toBe(true);
      }
      await Promise.all([plain, made, found].map((session) => session.close()));
    },
    OPENING_MS,
  );
});
