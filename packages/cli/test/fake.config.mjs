// Heads for the tests of the commands: what they answer follows from an image by eye, so that a test knows the numbers
// beforehand.
import { defineConfig, defineHead, float32Tensor, sigmoid } from '@medzoo/core';
import { createFakeBackend } from '@medzoo/core/testing';

const SIDE = 16;
const tensor = (name, ...shape) => ({ name, dtype: 'float32', shape });
const model = (digit, inputs, outputs) => ({
  url: `file:///fake/${digit}.onnx`,
  sha256: digit.repeat(64),
  bytes: 1,
  inputs,
  outputs,
});
const trained = (name, spec, labels) => ({
  schema: 1,
  name,
  version: '1.2.3',
  model: spec,
  labels,
  metrics: [],
  trainedOn: [],
  licence: 'none',
});
const code = (value, meaning) => ({ value, scheme: 'SCT', meaning });
const concept = (value, meaning) => ({
  category: code('91723000', 'Anatomical Structure'),
  type: code(value, meaning),
});
const about = { intendedUse: 'Tests.', modalities: [] };
const embedding = tensor('embedding', 'batch', 3, SIDE, SIDE);

const encoder = {
  id: 'fake-encoder',
  trained: {
    ...trained('fake-encoder', model('e', [tensor('image', 'batch', 3, SIDE, SIDE)], [embedding]), []),
    preprocess: {
      size: { width: SIDE, height: SIDE },
      fit: 'stretch',
      interpolation: 'bilinear',
      channels: 'rgb',
      mean: [0, 0, 0],
      std: [255, 255, 255],
    },
  },
};

/** The model file of a head on that encoder, with one picture as its output. */
const trainedHead = (name, digit, labels) => ({
  ...trained(name, model(digit, [embedding], [tensor('light', 'batch', SIDE, SIDE)]), labels),
  encoder: { id: encoder.id, sha256: encoder.trained.model.sha256 },
});

/** Bright pixels are fetal_head, dark ones nuclei; nuclei are absent unless a tenth of the image is dark. */
const shapes = defineHead({
  manifest: {
    ...about,
    id: 'shapes',
    title: 'Shapes',
    task: 'segmentation',
    params: { targets: { type: 'labels', description: 'Which.' } },
  },
  encoder,
  trained: {
    ...trainedHead('shapes', 'a', ['fetal_head', 'nuclei']),
    presenceThresholds: { nuclei: 0.1 },
    concepts: { fetal_head: concept('69536005', 'Head'), nuclei: concept('84640000', 'Nucleus') },
  },
  decode({ outputs, params }) {
    const light = outputs.light.data;
    const share = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const masks = [
      { label: 'fetal_head', values: light },
      { label: 'nuclei', values: light.map((value) => 1 - value) },
    ];
    return {
      masks: masks
        .filter(({ label }) => params.targets.includes(label))
        .map(({ label, values }) => ({
          label,
          size: { width: SIDE, height: SIDE },
          probabilities: sigmoid(values.map((value) => 20 * (value - 0.5))),
          threshold: 0.5,
          presence: share(values),
          quality: 0.9,
        })),
    };
  },
});

/** The brighter the image, the more it is pneumonia. */
const shade = defineHead({
  manifest: { ...about, modalities: ['DX'], id: 'shade', title: 'Shade', task: 'classification', params: {} },
  encoder,
  trained: {
    ...trainedHead('shade', 'b', ['normal', 'pneumonia']),
    calibration: {
      temperature: 1.5,
      conformal: { errorRate: 0.1, quantiles: { normal: 0.5, pneumonia: 0.85 }, n: 20 },
    },
  },
  decode({ outputs }) {
    const light = outputs.light.data;
    const mean = light.reduce((sum, value) => sum + value, 0) / light.length;
    return {
      scores: [
        { label: 'normal', probability: 1 - mean },
        { label: 'pneumonia', probability: mean },
      ],
      plausible: {
        labels: [...(mean <= 0.5 ? ['normal'] : []), ...(mean >= 0.15 ? ['pneumonia'] : [])],
        errorRate: 0.1,
      },
      heatMap: { size: { width: SIDE, height: SIDE }, values: light },
    };
  },
});

/** Answers with its box, filled. */
const prompted = defineHead({
  manifest: {
    ...about,
    id: 'prompted',
    title: 'Prompted',
    task: 'segmentation',
    params: { box: { type: 'box', description: 'A box.' } },
  },
  encoder,
  trained: trainedHead('prompted', 'c', ['object']),
  decode: ({ outputs }) => ({
    masks: [
      {
        label: 'object',
        size: { width: SIDE, height: SIDE },
        probabilities: outputs.light.data,
        threshold: 0.5,
        presence: 1,
        quality: 0.5,
      },
    ],
  }),
});

const backend = createFakeBackend({
  run(feeds, spec) {
    if (spec.outputs[0].name === 'embedding') return { embedding: float32Tensor([1, 3, SIDE, SIDE], feeds.image.data) };
    return { light: float32Tensor([1, SIDE, SIDE], feeds.embedding.data.slice(0, SIDE * SIDE)) };
  },
});

export default defineConfig({ heads: [shapes, shade, prompted], backend });
