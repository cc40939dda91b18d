/** Where the model.json of these tests lies. */
export const LOCATION = new URL('file:///models/lungs/model.json');

/** The content of a head's model.json, beside LOCATION. */
export const file = {
  schema: 1,
  name: 'lungs-tiny',
  version: '1.0.0',
  model: {
    url: './lungs.onnx',
    sha256: 'ab'.repeat(32),
    bytes: 12,
    inputs: [{ name: 'embedding', dtype: 'float32', shape: ['batch', 8, 4, 4] }],
    outputs: [{ name: 'masks', dtype: 'float32', shape: ['batch', 1, 16, 16] }],
  },
  encoder: { id: 'tiny', sha256: 'ef'.repeat(32) },
  labels: ['lungs'],
  presenceThresholds: { lungs: 0.4 },
  metrics: [{ name: 'dice', value: 0.95, interval95: [0.94, 0.96], dataset: 'cxr', split: 'test', n: 135 }],
  trainedOn: [{ dataset: 'cxr', licence: 'CC BY 4.0', n: 793 }],
  licence: 'Apache-2.0',
};

export const preprocess = {
  size: { width: 32, height: 32 },
  fit: 'stretch',
  interpolation: 'bilinear',
  antialias: true,
  channels: 'rgb',
  mean: [1, 2, 3],
  std: [1, 2, 3],
};
