import { expect, it } from 'vitest';
import type { Backend, Head, Segmentation, Session } from '../contract/index.js';
import { chooseFile } from '../contract/model/model-files.js';
import { testMasks } from './test-heads.js';
import { checkVariantAnswers } from './variant-answers.js';

const SIDE = 8;
const { trained } = testMasks;
const file = { url: 'file:///int8.onnx', sha256: 'ab'.repeat(32), bytes: 1 };
const gate = [{ dataset: 'drawn', metric: 'dice', split: 'val', n: 9, before: 0.9, after: 0.9 }];
const head = {
  ...testMasks,
  trained: { ...trained, variants: [{ precision: 'int8-static', providers: ['cpu'], ...file, gate }] },
} as Head;

/** A mask that fills these columns. */
function maskOf(from: number, to: number): Segmentation {
  const probabilities = Float32Array.from({ length: SIDE * SIDE }, (_, cell) =>
    cell % SIDE >= from && cell % SIDE < to ? 0.9 : 0.1,
  );
  const size = { width: SIDE, height: SIDE };
  return { masks: [{ label: 'left', size, probabilities, threshold: 0.5, presence: 1, quality: 1 }] };
}

function compare(result: Segmentation) {
  let opened = '';
  const session = { run: () => Promise.resolve({}), close: () => Promise.resolve() } as Partial<Session> as Session;
  const backend: Backend = {
    name: 'fake',
    filesOf: (files) => [chooseFile(files, 'cpu')],
    open: ({ sha256 }) => {
      opened = sha256;
      return Promise.resolve(session);
    },
  };
  const decode = () => (opened === file.sha256 ? result : maskOf(0, 4));
  return checkVariantAnswers(head, { backend, feeds: {}, decode, tolerance: 0.05 });
}

it('a variant may answer as its model does, and not with a mask of the same size elsewhere', async () => {
  await expect(compare(maskOf(0, 4))).resolves.toBeUndefined();
  await expect(compare(maskOf(4, 8))).rejects.toThrow(
    'The mask of "left" has other cells with the variant "int8-static" than with the model itself, 1 of all',
  );
});

it('a variant may not find larger or smaller masks', async () => {
  await expect(compare(maskOf(0, 5))).rejects.toThrow('The foreground of "left" is 0.625 with the variant');
});
