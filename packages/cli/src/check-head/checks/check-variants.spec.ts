import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeOnnx } from '@medzoo/core';
import { testEncoder, testVariantClasses } from '@medzoo/core/testing';
import { writeOnnx, type OnnxGraph } from '@medzoo/create-head';
import { expect, it, onTestFinished, vi } from 'vitest';
import { GOOD_HEAD, writeGolden, writeHead } from '../../testing/write-head.js';
import { checkVariants } from './check-variants.js';
import type { HeadFacts } from '../facts/head-facts.type.js';
import type { LooseModel } from '../facts/read-model.js';
import { listWeights, readVariants } from '../facts/read-variants.js';
import { runCheckHead } from '../run-check-head.js';

const { graph, model } = GOOD_HEAD;
const [weigh] = graph.weights;

/** The good head with its weights changed. */
const changed = (change: (value: number, index: number) => number): OnnxGraph => ({
  ...graph,
  weights: [{ ...weigh!, values: (weigh!.values as Float32Array).map(change) }],
});
const NEAR = writeOnnx(changed((value) => Math.round(value * 512) / 512));

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const gate = [{ dataset: 'lesions', metric: 'accuracy', split: 'val', n: 10, before: 0.9, after: 0.9 }];

interface Written {
  readonly bytes?: Uint8Array;
  /** From the folder of the head. */
  readonly path?: string;
  readonly fields?: object;
  readonly packageJson?: object;
}

async function check({ bytes = NEAR, path = 'model/head.int8.onnx', fields = {}, packageJson }: Written = {}) {
  const file = { url: `../${path}`, sha256: digestOf(bytes), bytes: bytes.length };
  const variant = { precision: 'int8-static', providers: ['cpu'], ...file, gate, ...fields };
  const folder = await writeHead({ graph, model: { ...model, variants: [variant] } });
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeGolden(folder);
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), bytes);
  if (path.startsWith('..')) onTestFinished(() => rm(join(folder, path)));
  if (packageJson) await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson));
  const report = await runCheckHead(folder);
  const findings = [...report.heads.flatMap((head) => head.findings), ...report.package.findings];
  const say = (name: string) => {
    const found = findings.find((one) => one.check === name);
    return `${found?.level ?? ''}: ${found?.message ?? ''}`;
  };
  return { variant: say('variant int8-static'), behaviour: say('behaviour'), published: say('published files') };
}

/** Else the head's tests look for a file of the network. */
function fetchNothing(): void {
  vi.stubEnv('MEDZOO_OFFLINE', '1');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

it('looks at each variant of a head, and compares its answers with those of the model', async () => {
  const { variant, behaviour } = await check();
  expect(variant).toBe(`ok: SHA-256 ${digestOf(NEAR).slice(0, 12)}…, with weights of its own`);
  expect(behaviour).toBe('ok: 6 tests of testHead passed');
});

it('refuses a variant that answers otherwise than the model', async () => {
  const { variant, behaviour } = await check({ bytes: writeOnnx(changed((value) => -20 * value)) });
  expect(variant).toMatch(/^ok/);
  expect(behaviour).toMatch(
    /^error: It fails in "answers nearly alike with each of its variants": AssertionError: The probability of "\w+" is .* with the variant/,
  );
});

const three = { ...graph, outputs: [{ ...graph.outputs[0]!, shape: ['batch', 3] }] };

it.each<[string, Written, RegExp]>([
  ['that is not there', { fields: { url: './nowhere.onnx' } }, /^error: Its file is not where model.json names it/],
  [
    'of another export',
    { fields: { sha256: '0'.repeat(64) } },
    /^error: model.json declares the digest 0+ of its file/,
  ],
  ['that is no ONNX file', { bytes: new Uint8Array(9) }, /^error: Its file is no ONNX file/],
  [
    'outside the folder of the head',
    { path: `../outside-${process.pid}.int8.onnx` },
    /^error: Its file lies outside the folder/,
  ],
  ['with other outputs', { bytes: writeOnnx(three) }, /^error: Its inputs and outputs must be those of the model/],
  ['with a weight that is NaN', { bytes: writeOnnx(changed(() => NaN)) }, /^error: Its weight "weigh" holds NaN/],
  [
    'that names a file of weights and needs none',
    { fields: { data: { url: './head.onnx', sha256: '0'.repeat(64), bytes: 1 } } },
    /^error: It names `data`, and takes no weights from another file/,
  ],
  ['elsewhere', { fields: { url: 'https://example.org/other.int8.onnx' } }, /^error: Its file is not on this machine/],
])('says so of a variant %s', async (_, written, found) => {
  fetchNothing();
  expect((await check(written)).variant).toMatch(found);
});

it('looks at the file beside model.json of a variant that is downloaded', async () => {
  fetchNothing();
  const url = 'https://example.org/v2/head.int8.onnx';
  expect((await check({ fields: { url } })).variant).toMatch(/^ok/);
  expect((await check({ fields: { url, sha256: '0'.repeat(64) } })).variant).toMatch(/^error: model.json declares/);
});

// macOS and Windows have other devices, or none.
it.runIf(process.platform === 'linux')('reads no device and no pipe that a model.json names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pipes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pipe = join(folder, 'pipe.onnx');
  execFileSync('mkfifo', [pipe]);
  for (const path of ['/dev/zero', pipe]) {
    const url = pathToFileURL(path).href;
    expect((await check({ fields: { url } })).variant).toMatch(/^error: Its file is not where model.json names it/);
    const file = { url, sha256: '0'.repeat(64), bytes: 9, inputs: graph.inputs, outputs: graph.outputs };
    const head = await writeHead({ graph, model: { ...model, model: file } });
    onTestFinished(() => rm(head, { recursive: true }));
    expect((await runCheckHead(head)).isReady).toBe(false);
  }
});

it('warns of a variant whose own gate says that it is another model', async () => {
  const lost = [...gate, { ...gate[0]!, after: 0.3 }];
  expect((await check({ fields: { gate: lost } })).variant).toBe(
    'warning: Its gate says accuracy 0.3 on lesions, and 0.9 with the model: it is another.',
  );
});

it('says of a variant for another provider that its answers are not compared', async () => {
  const { variant } = await check({ fields: { providers: ['cuda'] } });
  expect(variant).toMatch(/^ok: .*; its answers are not compared here, since it is for cuda alone$/);
});

it('reads no more variants than a model may have', async () => {
  const modelFile = fileURLToPath(trained.model.url);
  const variants = Array.from({ length: 100 }, () => borrowing);
  const read = await readVariants(dirname(modelFile), modelFile, { ...trained, variants } as unknown as LooseModel);
  expect(read).toHaveLength(4);
});

const { trained } = testVariantClasses;
const [borrowing] = trained.variants!;
const ofEncoder = testEncoder.trained.model;

it.each<[string, object | undefined, RegExp]>([
  ['the file that its weights lie in', borrowing!.data, /^SHA-256 \w{12}…, with weights of classes.onnx$/],
  ['a missing `data`', undefined, /^It takes weights from "classes.onnx", and model.json names no `data`/],
  ['a damaged file of weights', { ...borrowing!.data, sha256: '0'.repeat(64) }, /digest 0+ of the file of its `data`/],
  ['another file of weights', ofEncoder, /^It takes weights from "classes.onnx", and its `data` is "encoder.onnx"\.$/],
])('finds %s', async (_, data, found) => {
  const modelFile = fileURLToPath(trained.model.url);
  const model = { ...trained, variants: [{ ...borrowing, data }] } as unknown as LooseModel;
  const variants = await readVariants(dirname(modelFile), modelFile, model);
  const onnx = describeOnnx(await readFile(modelFile));
  const [finding] = checkVariants({ variants, model, onnx } as HeadFacts);
  expect(finding?.message).toMatch(found);
});

it('refuses a package that would not publish a variant, or the model itself', async () => {
  const named = { name: 'lesions', version: '1.0.0', license: 'Apache-2.0' };
  const files = (...names: string[]) => ({ packageJson: { ...named, files: names.map((name) => `model/${name}`) } });
  const without = await check(files('model.json', 'head.onnx'));
  expect(without.published).toBe('error: model/head.int8.onnx would not be published.');
  const alone = await check(files('model.json', 'head.int8.onnx'));
  expect(alone.published).toBe('error: model/head.onnx would not be published.');
  const whole = await check({ packageJson: { ...named, files: ['model'] } });
  expect(whole.published).toMatch(/^ok/);
});

it('lists every file of weights that a package has to publish, each once', () => {
  const modelFile = fileURLToPath(trained.model.url);
  const own = { ...trained.model, data: { url: './encoder.onnx', sha256: '' } };
  const outside = { url: '../package.json', sha256: '', providers: [] };
  const model = { ...trained, model: own, variants: [borrowing, outside, { ...outside, url: './nowhere.onnx' }] };
  const listed = listWeights(dirname(modelFile), modelFile, model as unknown as LooseModel);
  expect(listed.map((path) => basename(path))).toEqual(['classes.onnx', 'encoder.onnx', 'classes-rounded.onnx']);
});

it('warns of a variant that never runs, since those above it are for the same providers', async () => {
  const modelFile = fileURLToPath(trained.model.url);
  const say = async (...providers: string[][]) => {
    const variants = providers.map((one) => ({ ...borrowing, providers: one }));
    const model = { ...trained, variants } as unknown as LooseModel;
    const facts = { variants: await readVariants(dirname(modelFile), modelFile, model), model, onnx: undefined };
    return checkVariants(facts as unknown as HeadFacts).map(({ level, message }) => `${level}: ${message}`);
  };
  const fine = expect.stringMatching(/^ok/) as string;
  expect(await say(['cpu'], ['cpu', 'cuda'])).toEqual([fine, fine]);
  const dead = 'warning: Variants above it are for cpu and cuda too, so it never runs.';
  expect(await say(['cpu'], ['cuda'], ['cpu', 'cuda'])).toEqual([fine, fine, dead]);
});
