import { readFileSync } from 'node:fs';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, it } from 'vitest';
import { createHeadPackage } from './generator.js';

/** A workspace that is formatted as this one. */
function createTree(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  for (const { path } of tree.listChanges()) if (path.includes('oxfmt')) tree.delete(path);
  tree.write('.prettierrc.json', '{ "singleQuote": true }');
  return tree;
}

const schema = JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')) as {
  readonly properties: object;
};

it('writes a package into packages/, tagged as a head, and edits nothing else', async () => {
  const tree = createTree();
  const before = tree.listChanges().map(({ path }) => path);
  await createHeadPackage(tree, { id: 'knee-effusion', labels: 'none,effusion', modality: 'DX' });
  const written = tree
    .listChanges()
    .map(({ path }) => path)
    .filter((path) => !before.includes(path));
  expect(written.every((path) => path.startsWith('packages/knee-effusion/'))).toBe(true);
  expect(written.map((path) => path.slice('packages/knee-effusion/'.length)).toSorted()).toEqual([
    ...['LICENSE', 'NOTICE', 'README.md', 'medzoo.config.mjs', 'model/head.onnx', 'model/model.json', 'package.json'],
    ...[
      'src/index.ts',
      'src/knee-effusion.spec.ts',
      'src/knee-effusion.ts',
      'train/requirements.txt',
      'train/train.mjs',
    ],
    'tsconfig.json',
  ]);
  const json = JSON.parse(tree.read('packages/knee-effusion/package.json', 'utf8')!) as object;
  expect(json).toMatchObject({ name: '@medzoo/knee-effusion', nx: { tags: ['scope:head'] }, license: 'Apache-2.0' });
  expect(tree.read('packages/knee-effusion/train/requirements.txt', 'utf8')).toContain(
    '\n--editable ../../tools/medzoo-train\n',
  );
});

it('keeps the bytes of the model, and overwrites nothing', async () => {
  const tree = createTree();
  await createHeadPackage(tree, { id: 'cells', task: 'segmentation', maskValues: '1=nucleus,2=cell' });
  const { model, labels } = JSON.parse(tree.read('packages/cells/model/model.json', 'utf8')!) as {
    readonly model: { readonly bytes: number };
    readonly labels: readonly string[];
  };
  expect(tree.read('packages/cells/model/head.onnx')!.length).toBe(model.bytes);
  expect(labels).toEqual(['nucleus', 'cell']);
  const fromFolder = { id: 'smears', task: 'segmentation', maskValues: '1=nucleus', data: '/nowhere' } as const;
  await createHeadPackage(tree, fromFolder);
  expect(tree.read('packages/smears/model/model.json', 'utf8')).toContain('"nucleus"');
  await expect(createHeadPackage(tree, { id: 'cells', labels: 'a,b' })).rejects.toThrow('is there already');
  await expect(createHeadPackage(tree, { id: 'Cells', labels: 'a,b' })).rejects.toThrow('lower-case words');
});

it.each([
  ['regression', { quantities: 'bone age=mo' }, 'decodeValues'],
  ['keypoints', { labels: 'tip,carina' }, 'decodeKeypoints'],
  ['multilabel', { labels: 'effusion,mass', separator: '|', leaveOut: 'No finding' }, 'decodeLabels'],
  ['segmentation', { maskValues: '1=nucleus,2=cell' }, 'decodeExclusiveMasks'],
] as const)('writes a head of %s', async (task, options, rule) => {
  const tree = createTree();
  await createHeadPackage(tree, { id: 'made', task, ...options });
  expect(tree.read('packages/made/src/made.ts', 'utf8')).toContain(`${rule}(outputs`);
});

it('has a schema of all its options', () => {
  const options = [
    ...['id', 'task', 'labels', 'data', 'title', 'modality', 'intendedUse', 'dataLicence', 'maskValues'],
    ...['quantities', 'separator', 'leaveOut'],
  ];
  expect(Object.keys(schema.properties).toSorted()).toEqual(options.toSorted());
});
