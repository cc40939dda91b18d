import { rm } from 'node:fs/promises';
import { tinyModel, type OnnxGraph, type OnnxTensor } from '@medzoo/create-head';
import { expect, it } from 'vitest';
import { countOf } from '../terminal/format.js';
import { GOOD_HEAD, writeGolden, writeHead, type HeadParts } from '../testing/write-head.js';
import { formatCheck } from './format-check.js';
import { runCheckHead } from './run-check-head.js';

async function check({ graph, model }: HeadParts, { golden = true } = {}) {
  const folder = await writeHead({ graph, model });
  if (golden) await writeGolden(folder);
  const report = await runCheckHead(folder);
  await rm(folder, { recursive: true });
  return report;
}

const errorsOf = (report: Awaited<ReturnType<typeof check>>): string[] =>
  report.heads.flatMap(({ findings }) =>
    findings.filter(({ level }) => level === 'error').map(({ check: name, message }) => `${name}: ${message}`),
  );

const { graph: goodGraph, model: goodModel } = GOOD_HEAD;
const withGraph = (changes: Partial<OnnxGraph>): HeadParts => ({
  graph: { ...goodGraph, ...changes },
  model: goodModel,
});
const withModel = (changes: Readonly<Record<string, unknown>>): HeadParts => ({
  graph: goodGraph,
  model: { ...goodModel, ...changes },
});
const [embedding] = goodGraph.inputs as readonly [OnnxTensor];
const [logits] = goodGraph.outputs as readonly [OnnxTensor];
const classify = (outputs: number, fill: number) => ({
  ...{ name: 'weigh', shape: [256, outputs], values: new Float32Array(256 * outputs).fill(fill) },
});
/** The mean of the embedding, then what follows it. */
const [mean, matMul] = goodGraph.nodes as readonly [OnnxGraph['nodes'][number], OnnxGraph['nodes'][number]];

it('finds no error in a head that is trained as it should be, and says what it looked at', async () => {
  const report = await check(GOOD_HEAD);
  expect(errorsOf(report)).toEqual([]);
  expect(report.isReady).toBe(true);
  const text = formatCheck(report);
  for (const words of [
    'opset',
    '17, IR version 9',
    'is free',
    'benign, malignant',
    'are logits',
    'tests of testHead passed',
  ]) {
    expect(text).toContain(words);
  }
  expect(text.split('\n').length).toBeLessThan(45); // one screen
});

const exclusive = tinyModel('segmentation', 2, { exclusive: true });

const GOOD_MANIFEST = goodModel.manifest as Readonly<Record<string, unknown>>;

/** The mistakes that a user makes who follows the pages, each with the check that must refuse it. */
const MISTAKES: readonly (readonly [mistake: string, parts: HeadParts, found: RegExp])[] = [
  ['labels in another order', withModel({ labels: ['malignant', 'benign'] }), /^golden record: .*in another order/],
  [
    'three outputs for two labels',
    withGraph({ outputs: [{ ...logits, shape: ['batch', 3] }], weights: [classify(3, 0.1)] }),
    /^labels: The output "logits" has 3 entries for 2 labels/,
  ],
  [
    'no digest of the encoder',
    withModel({ encoder: undefined }),
    /^encoder: The model file does not say which encoder/,
  ],
  [
    'another encoder',
    withModel({ encoder: { id: 'other', sha256: 'ab'.repeat(32) } }),
    /^encoder: The head was trained on the encoder "other" \(digest abababababab/,
  ],
  [
    'a fixed batch',
    withGraph({ inputs: [{ ...embedding, shape: [1, 256, 16, 16] }], outputs: [{ ...logits, shape: [1, 2] }] }),
    /^batch: The first dimension must be free, .* fixed: embedding float32 \[1, 256, 16, 16\]/,
  ],
  [
    'an output in float16',
    withGraph({
      outputs: [{ ...logits, dtype: 'float16' }],
      nodes: [
        mean,
        { ...matMul, outputs: ['whole'] },
        { operator: 'Cast', inputs: ['whole'], outputs: ['logits'], attributes: { to: 10 } },
      ],
    }),
    /^tensors: logits float16 \[batch, 2\]: a zoo carries float32/,
  ],
  ['opset 27', withGraph({ opset: 27 }), /^opset: It is of opset 27; expected 7 to 26/],
  ['a weight that is NaN', withGraph({ weights: [classify(2, NaN)] }), /^numbers: The weight "weigh" holds NaN/],
  [
    'an input called features',
    withGraph({
      inputs: [{ ...embedding, name: 'features' }],
      nodes: [{ ...mean, inputs: ['features'] }, matMul],
    }),
    /^inputs: The head has no feeds, so its model is fed "embedding", and "image" if it takes that too; it declares features/,
  ],
  [
    'probabilities in the place of logits',
    withGraph({
      nodes: [mean, { ...matMul, outputs: ['raw'] }, { operator: 'Softmax', inputs: ['raw'], outputs: ['logits'] }],
    }),
    /^logits: The output "logits" must hold logits, .* the graph ends with a Softmax/,
  ],
  [
    'probabilities of masks that exclude one another',
    withGraph({
      ...exclusive,
      nodes: [
        { ...exclusive.nodes[0]!, outputs: ['raw'] },
        { operator: 'Softmax', inputs: ['raw'], outputs: ['exclusive_masks'], attributes: { axis: 1 } },
      ],
    }),
    /^logits: The output "exclusive_masks" must hold logits, .* the graph ends with a Softmax/,
  ],
  [
    'probabilities that the end of the graph does not show',
    withGraph({
      nodes: [
        mean,
        { ...matMul, outputs: ['raw'] },
        { operator: 'Softmax', inputs: ['raw'], outputs: ['soft'] },
        { operator: 'Add', inputs: ['soft', 'none'], outputs: ['logits'] },
      ],
      weights: [...goodGraph.weights, { name: 'none', shape: [1], values: new Float32Array(1) }],
    }),
    /^logits: "logits" are probabilities: not one is below 0, and they sum to 1\./,
  ],
  [
    'an intended use that is still to be decided',
    withModel({ manifest: { ...GOOD_MANIFEST, intendedUse: 'To be decided. Not for diagnosis.' } }),
    /^intended use: `intendedUse` is "To be decided. Not for diagnosis."/,
  ],
  [
    'a title that is still to be decided',
    withModel({ manifest: { ...GOOD_MANIFEST, title: 'TODO' } }),
    /^intended use: `title` is "TODO"/,
  ],
  ['no intended use', withModel({ manifest: undefined }), /^intended use: `intendedUse` is "Its author does not say/],
  [
    'data of a licence to be decided',
    withModel({ trainedOn: [{ dataset: 'lesions', licence: 'To be decided.', n: 10 }] }),
    /^data: No licence is stated for lesions/,
  ],
  ['no licence', withModel({ licence: 'TO DECIDE' }), /^licence: model.json says "TO DECIDE"/],
  ['random weights', withModel({ untrained: true }), /^data: The weights are random: nobody has trained the head/],
  ['no word of its data', withModel({ trainedOn: [] }), /^data: model.json does not say what the head learnt from/],
  [
    'an AUROC below chance',
    withModel({ metrics: [{ name: 'auroc', value: 0.2, dataset: 'lesions', split: 'test', n: 10 }] }),
    /^metrics: An AUROC of 0.2 is worse than guessing/,
  ],
  ['a misspelt field', withModel({ temprature: 2 }), /^model.json: .*temprature/],
  [
    'outputs that depend on the neighbours in a batch',
    withGraph({
      nodes: [
        mean,
        { operator: 'ReduceMean', inputs: ['mean'], outputs: ['all'], attributes: { axes: [0], keepdims: 1 } },
        { operator: 'Sub', inputs: ['mean', 'all'], outputs: ['apart'] },
        { ...matMul, inputs: ['apart', 'weigh'] },
      ],
    }),
    /^runs: "logits" of an image is another beside a second image/,
  ],
];

it.each(MISTAKES)('refuses %s, and says what mends it', async (_, parts, found) => {
  const report = await check(parts);
  expect(report.isReady).toBe(false);
  expect(errorsOf(report).filter((line) => found.test(line))).toHaveLength(1);
  const findings = report.heads.flatMap((one) => one.findings);
  for (const { level, fix } of findings) if (level === 'error' || level === 'warning') expect(fix).toMatch(/\w/);
});

it.each([
  [3, 'name the missing 1', '"labels": ["benign","malignant","…"]'],
  [1, 'keep 1', '"labels": ["benign"]'],
])('names both ways out where an output has %i entries for two labels', async (outputs, change, line) => {
  const parts = withGraph({ outputs: [{ ...logits, shape: ['batch', outputs] }], weights: [classify(outputs, 0.1)] });
  const { heads } = await check(parts);
  const { message, fix } = heads[0]!.findings.find((one) => one.check === 'labels')!;
  expect(message).toBe(
    `The output "logits" has ${countOf(outputs, 'entry', 'entries')} for 2 labels (benign, malignant); expected 2.`,
  );
  expect(fix).toContain(`${change} in model.json`);
  expect(fix).toContain(line);
  expect(fix).toContain('npm run train -- --labels "benign,malignant"');
  // Else the trainer refuses the images of the third label.
  expect(fix?.includes('--leave-out OTHER')).toBe(outputs > 2);
});

it('says once what follows from another fault, and names that as what to mend', async () => {
  const other = await check(withModel({ encoder: { id: 'other', sha256: 'ab'.repeat(32) } }));
  const found = other.heads[0]!.findings.filter((one) => one.check === 'behaviour');
  expect(found).toEqual([
    expect.objectContaining({
      level: 'error',
      message: expect.stringMatching(/^It fails in "has a manifest.*", "answers about.*", "meets its golden/) as string,
      fix: expect.stringContaining('Mend what stands above first') as string,
    }),
  ]);
  const broken = await check(withGraph({ weights: [classify(2, NaN)] }));
  expect(broken.heads[0]!.findings.filter((one) => one.check === 'behaviour')).toEqual([
    expect.objectContaining({ level: 'skipped' }),
  ]);
});

it('refuses a head without a golden record', async () => {
  expect(errorsOf(await check(GOOD_HEAD, { golden: false }))).toEqual([
    expect.stringMatching(/^golden record: There is none/),
  ]);
});

it('warns of a head that does not say for which modalities it is', async () => {
  const { heads } = await check(withModel({ manifest: { ...GOOD_MANIFEST, modalities: [] } }));
  expect(heads[0]!.findings).toContainEqual(
    expect.objectContaining({ check: 'modalities', level: 'warning', fix: expect.stringContaining('DX') as string }),
  );
});

it('says what calibration there is, and that there is none', async () => {
  const say = async (calibration: unknown) => {
    const { heads } = await check(withModel({ calibration }));
    const found = heads[0]!.findings.find((one) => one.check === 'calibration');
    return [found?.level, found?.message];
  };
  expect(await say({ temperature: 1.5 })).toEqual(['ok', 'temperature 1.5']);
  expect(await say(undefined)).toEqual(['warning', expect.stringContaining('There is no temperature')]);
});
