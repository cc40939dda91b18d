import type { Metric } from '@medzoo/core/contract';
import { automed } from '@medzoo/automed';
import { researchOnlySets } from '@medzoo/cli';
import { brainMri } from '@medzoo/medcls';
import { promptable, samMed2dTiny } from '@medzoo/sam-med2d';
import { describe, expect, it } from 'vitest';
import { toHuggingFaceHeader } from './hugging-face.js';
import { toMonaiMetadata } from './monai-metadata.js';
import { renderEncoder, renderHead } from './render-card.js';

const about = { dataset: 'hc18', split: 'test', n: 110 };
const metrics: Metric[] = [
  { name: 'dice', value: 0.95, interval95: [0.93, 0.97], ...about, label: 'fetal_head' },
  { name: 'head_circumference_mm_absolute_difference', value: 3.2, ...about, n: 98, label: 'fetal_head' },
  {
    ...{ name: 'presence_auroc', value: 0.91, ...about, label: 'fetal_head' },
    negatives: { kind: 'near', sets: ['busi'], n: 83 },
  },
  { name: 'coverage', value: 0.89, ...about },
];
const weights = { name: 'a net', source: 'https://example.org', licence: 'MIT' };
const speed = { machine: 'a core', provider: 'cpu', method: 'median', n: 20, medianMs: { encode: 31.25, total: 40 } };
const head = {
  ...automed,
  encoder: { ...samMed2dTiny, trained: { ...samMed2dTiny.trained, initialisedFrom: [weights] } },
  trained: { ...automed.trained, metrics, speed: [speed] },
};

describe('a card', () => {
  const card = renderHead(head);

  it('keeps what was asked of whom apart', () => {
    const sections = card.split('#### ');
    const of = (title: string) => sections.find((section) => section.startsWith(title)) ?? '';
    expect(of('How good')).toContain('| Dice | fetal_head | 0.950 [0.930, 0.970] | hc18 | test | 110 |');
    expect(of('Measurements')).toContain(
      '| head circumference, mean absolute difference (mm) | fetal_head | 3.200 | hc18 | test | 98 |',
    );
    expect(of('Presence')).toContain('**hard:** other sets of its modality (busi; n 83)');
    expect(of('Calibration')).toContain('| coverage of conformal sets |  | 0.890 |');
    expect(of('Speed')).toContain('| a core; cpu | 31.3 | 40.0 | median; n 20 |');
    expect(of('How to reproduce')).toContain('presence -- --data DATA --split test --head automed');
  });

  it('names licences, digests, what training began with, and that it is not for diagnosis', () => {
    expect(card).toContain('whose training began with a net (MIT)');
    expect(renderEncoder(head.encoder)).toContain('Training began with a net (https://example.org; MIT).');
    for (const fact of [automed.trained.model.sha256, 'Not for diagnosis', 'CC BY 4.0', 'look-alike images'])
      expect(card).toContain(fact);
  });

  it('lists the files of a head in other precisions, each with what its answers differ in', () => {
    const sha256 = 'ab'.repeat(32);
    const gate = [
      { dataset: 'wound', split: 'val', metric: 'dice', label: 'wound', n: 48, before: 0.91, after: 0.9094 },
    ];
    const file = { precision: 'int8-static', providers: ['cpu'] as const, url: 'file:///a.onnx', sha256, bytes: 3e5 };
    const [before, after] = renderHead({ ...head, trained: { ...head.trained, variants: [{ ...file, gate }] } }).split(
      '#### Precision `int8-static`',
    );
    expect(after).toContain(
      `On the execution provider cpu the head runs in this precision: 0.30 MB, SHA-256 \`${sha256}\``,
    );
    expect(after).toContain('| wound | val | dice (wound) | 48 | 0.9100 | 0.9094 |');
    expect(before).toContain('#### How good');
    const { variants: _, ...alone } = head.trained;
    expect(renderHead({ ...head, trained: alone })).not.toContain('#### Precision');
  });

  it('says which target of a mask with several was measured, whose value only its owner knows', () => {
    const { model, metrics } = head.trained;
    const outputs = model.outputs.map((output) => ({ ...output, name: 'exclusive_masks' }));
    const measured = metrics.find((metric) => metric.label !== undefined && !metric.name.startsWith('presence_'))!;
    const renderAs = (label: string) =>
      renderHead({
        ...head,
        trained: { ...head.trained, model: { ...model, outputs }, metrics: [{ ...measured, label }] },
      });
    expect(renderAs('wound')).toContain('--mask-value VALUE=wound');
    expect(renderAs('a "$1"')).toContain('--mask-value "VALUE=a \\"\\$1\\""');
    expect(card).not.toContain('--mask-value');
  });

  it('leaves out what was not measured', () => {
    const bare = renderHead({ ...promptable, trained: { ...promptable.trained, metrics: [], speed: [] } });
    for (const title of ['How good', 'Presence', 'Measurements', 'Calibration', 'Speed', 'reproduce'])
      expect(bare).not.toContain(title);
  });

  it('names a set with a space in its name so that a shell takes it whole', () => {
    const metrics: Metric[] = [{ name: 'accuracy', value: 1, dataset: 'Klinik Süd', split: 'test', n: 3 }];
    const text = renderHead({ ...brainMri, trained: { ...brainMri.trained, metrics } });
    expect(text).toContain('--data "DATA/Klinik Süd" --split test --head brain-mri');
  });

  it('shows other hospitals beside its own images, and where it stops being right, in words and tables', () => {
    const own = { dataset: 'brain_mri4', split: 'test', n: 384 };
    const far = { dataset: 'another', split: 'test', n: 50 };
    const found: Metric[] = [
      { name: 'accuracy', value: 0.93, ...own },
      { name: 'accuracy', value: 0.81, ...far },
      { name: 'ece', value: 0.05, ...own },
      ...[0.01, 0.05].flatMap((falseRefusals) => [
        { name: 'refused', value: falseRefusals, ...own, falseRefusals },
        { name: 'refused', value: 0.9 + falseRefusals, dataset: 'none_photos', split: 'test', n: 30, falseRefusals },
      ]),
      { name: 'answered', value: 1, dataset: 'none_photos', split: 'test', n: 2, label: 'glioma' },
      { name: 'drop', value: 0.125, interval95: [0.1, 0.15], ...own, n: 40, corruption: 'noise25' },
      { name: 'accuracy', value: 0.8, ...own, n: 40, corruption: 'noise25' },
      { name: 'refused', value: 0.25, ...own, n: 40, corruption: 'noise25' },
    ];
    const text = renderHead({ ...brainMri, trained: { ...brainMri.trained, metrics: found } });
    expect(text).toContain('| accuracy |  | 0.930 | brain_mri4, test | 384 | 0.810 | another, test | 50 |');
    expect(text).toContain(
      'the share of right answers is 0.81 on images of another (n 50) (0.93 on images like its own)',
    );
    expect(text).toContain(
      'It refuses 95 % of photographs of things and animals (n 30) and answers about the others, ' +
        'which is where not to trust it; it calls 100 % of those glioma.',
    );
    expect(text).toContain('noise25 costs most where it answers: 0.13 of right answers');
    expect(text).toContain('| photographs of things and animals (none_photos) | 0.91 | 0.95 |  | glioma 1.00 | 30 |');
    expect(text).toContain('| noise25 | 0.13 [0.10, 0.15] |  | 0.25 |');
    const range = { name: 'ece_if_calibrated', value: 0.08, interval95: [0.03, 0.16] as const, ...own, n: 40 };
    const told = renderHead({
      ...brainMri,
      trained: { ...brainMri.trained, metrics: [...found, { ...range, corruption: 'noise25' }] },
    });
    expect(told).toContain('| noise25 | 0.13 [0.10, 0.15] |  | 0.03 to 0.16 | 0.25 |');
    expect(text).toContain('--data DATA/brain_mri4 --split test --head brain-mri --corrupt');
    expect(text).toContain('--data DATA/none_photos --split test --head brain-mri --domain');
    // A table of heads, and other platforms, have the results on images as they are.
    const others = { ...brainMri, trained: { ...brainMri.trained, metrics: found } };
    expect(JSON.stringify(toHuggingFaceHeader(others)['model-index'])).not.toContain('0.95');
    expect(Object.keys((toMonaiMetadata(others) as { eval_metrics: object }).eval_metrics)).toHaveLength(3);
  });

  it('shows a segmentation head by target, and a promptable one beside what needs no model', () => {
    const [label] = automed.trained.labels;
    const { use } = automed.trained.domains!.find(({ labels }) => labels?.includes(label!) === true)!;
    const photos = { dataset: 'none_photos', split: 'test', n: 30 };
    const own = { dataset: 'cxr_lung', split: 'test', n: 20, corruption: 'blur' };
    const found: Metric[] = [
      { name: 'refused', value: 0.97, ...photos, label: label!, falseRefusals: use },
      { name: 'present_any', value: 0.03, ...photos },
      // These show a target: what is outlined there is no fault.
      { name: 'present_any', value: 1, dataset: 'cxr_normal_elsewhere', split: 'test', n: 40 },
      { name: 'present_any', value: 1, dataset: 'endoscopes', split: 'test', n: 40 },
      { name: 'dice', value: 0.8, dataset: 'endoscopes', split: 'test', n: 40, label: 'polyp' },
      { name: 'drop', value: 0.01, ...own, label: label! },
      { name: 'refused', value: 0, ...own, label: label! },
      { name: 'refused', value: 1, ...own, label: label!, corruption: 'rotate90' },
      { name: 'refused', value: 0.5, ...own, label: label!, corruption: 'inverted' },
    ];
    const text = renderHead({ ...automed, trained: { ...automed.trained, metrics: found } });
    expect(text).toContain('outlines something most often on photographs of things and animals (n 30): 3 %.');
    expect(text).toContain('| photographs of things and animals (none_photos) | 0.97 |');
    expect(text).toContain('| blur | 0.01 / 0.00 |');
    expect(text).toContain('| rotate90 | all refused / 1.00 |');
    // A row that was not measured is no refusal.
    expect(text).toContain('| inverted | not measured / 0.50 |');
    const about = { dataset: 'kvasir_seg', split: 'test', n: 60, prompt: 'object', label: 'object' };
    const objects = ['dice', 'dice_ellipse', 'dice_rectangle', 'dice_over_ellipse', 'dice_point'];
    const prompted = objects.map((name, index) => ({ name, value: index / 10, ...about }));
    const card = renderHead({ ...promptable, trained: { ...promptable.trained, metrics: prompted } });
    expect(card).toContain('| kvasir_seg | 0.000 | 0.100 | 0.200 | 0.300 | 0.400 | 60 |');
    expect(card).toContain('--head promptable --prompt object');
  });

  it('says what calibration was fitted on', () => {
    expect(renderHead(brainMri)).toMatch(/Temperature [\d.]+, fitted on brain_mri4, val, \d+ images\./);
  });

  it('says of a number what its interval means, and how far it is off', () => {
    const interval = { coverage: 0.9, halfWidth: 14.5, n: 200, dataset: 'hands', split: 'val' };
    const { calibration: _, ...bare } = head.trained;
    const trained = {
      ...bare,
      labels: ['bone age'],
      quantities: { 'bone age': { unit: 'mo', interval } },
      metrics: [{ name: 'mae', value: 7.25, ...about, label: 'bone age' }],
    };
    const text = renderHead({ ...head, trained });
    expect(text).toContain('| mean absolute error | bone age | 7.250 | hc18 | test | 110 |');
    expect(text).toContain(
      'bone age: a split conformal interval of coverage 0.9, 14.5 months to both sides, fitted on 200 images of hands, val.',
    );
  });

  it('says of which label a conformal set can say nothing', () => {
    const withQuantile = (glioma: number) => {
      const quantiles = { glioma, notumor: 0.4 };
      const conformal = { errorRate: 0.1, quantiles, n: 40, counts: { glioma: 5, notumor: 35 } };
      return renderHead({ ...brainMri, trained: { ...brainMri.trained, calibration: { temperature: 1, conformal } } });
    };
    expect(withQuantile(1)).toContain('takes 9 images of it; "glioma" has 5: **it is in every set**');
    // As where the quantile of all images together stands in: it is ruled out as any other label.
    expect(withQuantile(0.8)).toContain('takes 9 images of it; "glioma" has 5: **no rate is promised for it**');
    expect(withQuantile(0.8)).not.toContain('in every set');
    expect(renderHead(brainMri)).not.toMatch(/in every set|no rate is promised/);
  });

  it('marks what was learnt from images for research alone, also by the encoder', () => {
    expect(researchOnlySets(brainMri.trained)).toEqual([]);
    expect(renderHead(brainMri)).toContain('**research only**, as are some of the images');
    expect(toHuggingFaceHeader(brainMri)).toMatchObject({ license: 'other', license_name: 'research-only' });
    expect(toHuggingFaceHeader(brainMri).tags).toContain('research-only');
  });
});

describe('for others', () => {
  it('Hugging Face learns the pipeline, the licence and each number with its n', () => {
    expect(toHuggingFaceHeader(promptable).pipeline_tag).toBe('mask-generation');
    const free = { ...head.trained, trainedOn: head.trained.trainedOn.filter(({ dataset }) => dataset === 'cxr_lung') };
    const freed = {
      ...head,
      trained: free,
      encoder: { ...head.encoder, trained: { ...head.encoder.trained, trainedOn: free.trainedOn } },
    };
    expect(toHuggingFaceHeader(freed)).toMatchObject({ license: 'apache-2.0', pipeline_tag: 'image-segmentation' });
    const other = { ...freed, trained: { ...free, licence: 'as stated by the authors' } };
    expect(toHuggingFaceHeader(other)).toMatchObject({ license: 'other', license_link: 'LICENSE' });
    expect(toHuggingFaceHeader(head)['model-index']).toMatchObject([
      {
        results: [
          {
            dataset: { type: 'hc18', split: 'test' },
            metrics: [{ type: 'dice', value: 0.95, args: { n: 110 } }, {}, {}, {}],
          },
        ],
      },
    ]);
  });

  it('MONAI learns tensors, ranges and channels', () => {
    expect(toMonaiMetadata(head)).toMatchObject({
      network_data_format: {
        inputs: {
          image: { num_channels: 3, spatial_shape: [256, 256], channel_def: { 0: 'red' } },
          embedding: { format: 'latent' },
        },
        outputs: {
          masks: { type: 'image', num_channels: 5, channel_def: { 1: 'fetal_head' } },
          presence: { type: 'probabilities' },
        },
      },
    });
    expect(Object.keys((toMonaiMetadata(head) as { eval_metrics: object }).eval_metrics)).toHaveLength(metrics.length);
  });
});
