import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { completeAnswers, type PartialAnswers } from '../ask/answers.js';
import type { Task } from '../onnx/tiny-model.js';
import { chooseAugmentation, toIdentifier } from './fill-template.js';
import { headFiles } from './head-files.js';
import { parseOptions } from '../ask/parse-options.js';
import { listUndecided } from '../ask/undecided.js';
import { writeHead } from './write-head.js';

const { version: VERSION } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const answer = (given: PartialAnswers = {}) =>
  completeAnswers({ id: 'skin-lesions', labels: ['benign', 'malignant'], ...given }, VERSION);
const textOf = (files: ReturnType<typeof headFiles>, path: string): string => Buffer.from(files[path]!).toString();

/** A head of each task, and the rule that its code decodes by. */
const HEADS: readonly (readonly [task: Task, given: PartialAnswers, rule: string])[] = [
  ['classification', {}, 'decodeClasses'],
  ['segmentation', { labels: ['wound'] }, 'decodeMasks'],
  ['segmentation', { labels: ['a', 'b'], maskValues: { 1: 'a', 2: 'b' } }, 'decodeExclusiveMasks'],
  ['regression', { labels: ['bone age'], quantities: { 'bone age': 'mo' } }, 'decodeValues'],
  ['keypoints', { labels: ['tip'] }, 'decodeKeypoints'],
  ['multilabel', { labels: ['mass'] }, 'decodeLabels'],
];

it('writes all files of a package, and none of the words that stand for something in the templates', () => {
  for (const [task, given, rule] of HEADS) {
    const files = headFiles(answer({ task, licence: 'Apache-2.0', ...given }));
    expect(Object.keys(files).toSorted()).toEqual([
      ...[
        '.github/workflows/ci.yml',
        '.gitignore',
        '.npmrc',
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'eslint.config.js',
      ],
      ...['medzoo.config.mjs', 'model/head.onnx', 'model/model.json', 'package.json', 'src/index.ts'],
      ...['src/skin-lesions.spec.ts', 'src/skin-lesions.ts', 'train/requirements.txt', 'train/train.mjs'],
      ...['tsconfig.build.json', 'tsconfig.json'],
    ]);
    for (const [path, content] of Object.entries(files)) {
      if (path !== 'model/head.onnx')
        expect(Buffer.from(content).toString(), path).not.toMatch(/HEAD_|head-id|headName/);
    }
    expect(textOf(files, 'src/skin-lesions.ts')).toContain(`task: '${task}'`);
    expect(textOf(files, 'src/skin-lesions.ts')).toContain(` ${rule}(outputs`);
    const { scripts } = JSON.parse(textOf(files, 'package.json')) as { readonly scripts: Record<string, string> };
    expect(scripts.embed!.includes('--masks')).toBe(task === 'segmentation');
    expect(scripts.embed!.includes('--images')).toBe(['segmentation', 'keypoints'].includes(task));
  }
});

it('writes what the author says as text, whatever signs are in it', () => {
  const title = `Crohn's "index" \\ $& */`;
  const files = headFiles(answer({ title, intendedUse: "A doctor's eyes", modalities: ['ES', 'XC'] }));
  const source = textOf(files, 'src/skin-lesions.ts');
  expect(source).toContain(`title: ${JSON.stringify(title)},`);
  expect(source).toContain(`intendedUse: "A doctor's eyes",`);
  expect(source).toContain(`modalities: ['ES', 'XC'],`);
  expect(textOf(files, 'README.md')).toContain(`# ${title}\n`);
  expect(source.match(/\*\//g)).toHaveLength(2); // the end of the comment, and in the title
});

it('leaves words of the templates in what the author says', () => {
  const title = 'HEAD_PACKAGE of head-id, or headName';
  const intendedUse = "'HEAD_TITLE' for HEAD_USE_TEXT and HEAD_LIMITS_TEXT";
  const files = headFiles(answer({ title, intendedUse, labels: ['head-id', 'HEAD_DATA_TEXT'] }));
  const source = textOf(files, 'src/skin-lesions.ts');
  expect(source).toContain(`title: '${title}',`);
  expect(source).toContain(`intendedUse: ${JSON.stringify(intendedUse)},`);
  expect(source).toContain(`/** ${title}: tells head-id, HEAD_DATA_TEXT apart. */`);
  expect(textOf(files, 'README.md')).toContain(`## Intended use\n\n${intendedUse}\n`);
});

it('names packed packages and the trainer where they lie', () => {
  const tarballs = ['/tarballs/medzoo-core-0.1.0.tgz', '/tarballs/medzoo-sam-med2d-0.1.0.tgz'];
  const files = headFiles(answer({ trainPackage: '/wheels/medzoo_train-0.1.0-py3-none-any.whl' }), { tarballs });
  const { devDependencies, peerDependencies } = JSON.parse(textOf(files, 'package.json')) as Record<string, object>;
  expect(devDependencies).toMatchObject({
    '@medzoo/core': 'file:/tarballs/medzoo-core-0.1.0.tgz',
    '@medzoo/sam-med2d': 'file:/tarballs/medzoo-sam-med2d-0.1.0.tgz',
    '@medzoo/cli': `^${VERSION}`,
  });
  expect(peerDependencies).toEqual({ '@medzoo/core': `^${VERSION}`, '@medzoo/sam-med2d': `^${VERSION}` });
  expect(textOf(files, 'train/requirements.txt')).toContain('\n/wheels/medzoo_train-0.1.0-py3-none-any.whl\n');
});

it.each<[string, PartialAnswers, string]>([
  ['an id in capitals', { id: 'SkinLesions' }, 'lower-case words joined by hyphens'],
  ['one label', { labels: ['benign'] }, 'needs two labels at least'],
  ['a label twice', { labels: ['a', 'b', 'a'] }, '"a" stands there twice'],
  [
    'an unknown task',
    { task: 'detection' as never },
    'A task is classification, segmentation, regression, keypoints or',
  ],
  ['a number without its unit', { task: 'regression' }, 'Say the unit of "benign": --quantities "benign=mm"'],
  ['a unit in words', { task: 'regression', labels: ['a'], quantities: { a: 'my unit' } }, 'in the symbols of UCUM'],
  ['a unit of no label', { task: 'regression', labels: ['a'], quantities: { b: 'mm' } }, 'name "b", which is not one'],
  ['units of classes', { quantities: { benign: 'mm' } }, 'add --task regression'],
  ['a separator of classes', { separator: '|' }, 'add --task multilabel'],
  ['no place', { task: 'keypoints', labels: [] }, 'Name the places with --labels tip,carina'],
  ['a modality in words', { modalities: ['x-ray'] }, 'is a DICOM code'],
  ['two targets without values', { task: 'segmentation' }, 'Name that of "benign"'],
  ['mask values of classes', { maskValues: { 1: 'benign' } }, 'add --task segmentation'],
  ['a package name that is none', { packageName: 'My Head' }, 'is no name of an npm package'],
])('refuses %s', (_, given, message) => expect(() => answer(given)).toThrow(message));

it('reads options', () => {
  const { folder, answers } = parseOptions([
    'heads/cells',
    '--mask-values',
    '1=nucleus,2=white cell',
    '--modality',
    'SM',
  ]);
  expect([folder, answers.id, answers.maskValues]).toEqual(['heads/cells', 'cells', { 1: 'nucleus', 2: 'white cell' }]);
  expect(() => parseOptions(['--lables', 'a'])).toThrow('--lables');
  const { answers: measured } = parseOptions(['a', '--quantities', 'bone age=mo, EF=%']);
  expect(measured.quantities).toEqual({ 'bone age': 'mo', EF: '%' });
  expect(() => parseOptions(['a', '--quantities', 'age'])).toThrow('pairs of a label and its unit');
  expect(() => parseOptions(['a', '--quantities', 'age=mo,age=a'])).toThrow('"age" twice');
  expect(() => parseOptions(['a', '--mask-values', '0=x'])).toThrow('values from 1 to 255');
  expect(() => parseOptions(['a', '--mask-values', '1=x,1=y'])).toThrow('the value "1" twice');
  expect(() => parseOptions(['a', '--mask-values', '1=x,2=x'])).toThrow('the label "x" twice');
});

it('tells the trainer and the reader what the answers say', () => {
  const several = headFiles(answer({ task: 'multilabel', separator: '|', leaveOut: ['No finding'] }));
  expect(textOf(several, 'train/train.mjs')).toContain(
    `const OPTIONS = ['--task', 'multilabel', '--separator', '|', '--leave-out', 'No finding'];`,
  );
  expect(textOf(several, 'README.md')).toContain('`label`, in which all labels of an image stand with `|` between');
  const numbers = headFiles(answer({ task: 'regression', labels: ['bone age'], quantities: { 'bone age': 'mo' } }));
  expect(JSON.parse(textOf(numbers, 'model/model.json'))).toMatchObject({ quantities: { 'bone age': { unit: 'mo' } } });
  expect(textOf(numbers, 'README.md')).toContain('the true numbers: `bone_age`, in mo');
  const places = headFiles(answer({ task: 'keypoints', labels: ['tip'], modalities: ['XC'] }));
  // A mirrored copy of "left" would be of "right".
  expect(textOf(places, 'package.json')).toContain('--augment brightness,contrast --images');
});

it('says what is still to be decided, and less of it the more is said', () => {
  expect(listUndecided(answer())).toHaveLength(6);
  const all = { intendedUse: 'x', modalities: ['DX'], licence: 'MIT', dataLicence: 'CC0' };
  expect(listUndecided(answer(all))).toHaveLength(2);
});

it('mirrors no images whose sides matter, and turns those that have no upright position', () => {
  expect(chooseAugmentation(['DX'])).toBe('brightness,contrast');
  expect(chooseAugmentation(['XC', 'ES'])).toBe('flip,rotate,brightness,contrast');
  expect(chooseAugmentation(['US'])).toBe('flip,brightness,contrast');
  expect(chooseAugmentation(['US', 'XC'])).toBe('flip,brightness,contrast');
  // Nuclear medicine shows the heart; of a code that is not known, nobody can say.
  for (const codes of [[], ['NM'], ['PT', 'CT'], ['US', 'OT'], ['XYZ']]) {
    expect(chooseAugmentation(codes)).toBe('brightness,contrast');
  }
  expect(toIdentifier('brain-3d-mri')).toBe('brain3dMri');
});

it('names the encoder of the release that it was packed with, as a zoo asks for it', async () => {
  const encoder = await readFile(new URL('../../../sam-med2d/weights/model.json', import.meta.url), 'utf8');
  const { name, model } = JSON.parse(encoder) as { name: string; model: { sha256: string } };
  const written = JSON.parse(textOf(headFiles(answer()), 'model/model.json')) as object;
  expect(written).toHaveProperty('untrained', true);
  expect(written).toMatchObject({ encoder: { id: name, sha256: model.sha256 } });
});

it('writes over nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'new-'));
  await writeHead(folder, { 'a/b.txt': 'c' });
  expect(await readFile(join(folder, 'a/b.txt'), 'utf8')).toBe('c');
  await expect(writeHead(folder, { 'a/b.txt': 'd' })).rejects.toThrow('is not empty');
});

it('has a train script that Node can read, and that says what is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'train-'));
  await writeHead(folder, headFiles(answer()));
  const run = () => execFileSync(process.execPath, ['train/train.mjs'], { cwd: folder, stdio: 'pipe' });
  expect(run).toThrow('There is no emb/embed.json');
});

it('pins what the trainer is tested with', async () => {
  const pinnedIn = (text: string): string[] => text.split('\n').filter((line) => line.includes('=='));
  const trainer = await readFile(new URL('../../../../tools/medzoo-train/constraints.txt', import.meta.url), 'utf8');
  const template = await readFile(new URL('../../templates/head/train/requirements.txt', import.meta.url), 'utf8');
  expect(pinnedIn(template)).toEqual(pinnedIn(trainer));
});

it('has the version of the trainer, which a new head asks for', async () => {
  const trainer = await readFile(new URL('../../../../tools/medzoo-train/pyproject.toml', import.meta.url), 'utf8');
  expect(trainer).toContain(`\nversion = "${VERSION}"\n`);
});
