import type { OnnxGraph, OnnxWeight } from './write-onnx.js';

/** Of medzoo's own encoder. A test holds it against the encoder's model.json. */
export const EMBEDDING = { channels: 256, height: 16, width: 16 } as const;

export type Task = 'classification' | 'segmentation' | 'regression' | 'keypoints' | 'multilabel';

export interface TinyModelOptions {
  /** Segmentation: masks that exclude one another. */
  readonly exclusive?: boolean;
}

/**
 * A model with random weights that stands in for a trained one: `embedding` float32 [batch, 256, 16, 16] to what the
 * task's standard rule decodes. That is `logits`, `label_logits` or `values` [batch, labels]; `keypoints` [batch,
 * labels, 2]; `masks` [batch, labels, 16, 16], `presence` and `iou` [batch, labels]; or `exclusive_masks` [batch, 1 +
 * labels, 16, 16]. The same for the same number of labels.
 */
export function tinyModel(task: Task, labels: number, { exclusive = false }: TinyModelOptions = {}): OnnxGraph {
  return task === 'segmentation' && exclusive ? tinyExclusive(labels) : MODELS[task](labels);
}

const MODELS: Readonly<Record<Task, (labels: number) => OnnxGraph>> = {
  classification: (labels) => tinyNumbers(labels, 'logits'),
  multilabel: (labels) => tinyNumbers(labels, 'label_logits'),
  regression: (labels) => tinyNumbers(labels, 'values'),
  keypoints: tinyPoints,
  segmentation: tinySegmenter,
};

const embedding = {
  name: 'embedding',
  dtype: 'float32',
  shape: ['batch', EMBEDDING.channels, EMBEDDING.height, EMBEDDING.width],
} as const;

const MEAN = {
  operator: 'ReduceMean',
  inputs: ['embedding'],
  outputs: ['mean'],
  attributes: { axes: [2, 3], keepdims: 0 },
} as const;

function tinyNumbers(labels: number, output: string): OnnxGraph {
  return {
    inputs: [embedding],
    outputs: [{ name: output, dtype: 'float32', shape: ['batch', labels] }],
    weights: [randomWeight('weigh', [EMBEDDING.channels, labels])],
    nodes: [MEAN, { operator: 'MatMul', inputs: ['mean', 'weigh'], outputs: [output] }],
  };
}

function tinyPoints(labels: number): OnnxGraph {
  const shape = { name: 'shape', shape: [3], values: BigInt64Array.of(0n, BigInt(labels), 2n) };
  return {
    inputs: [embedding],
    outputs: [{ name: 'keypoints', dtype: 'float32', shape: ['batch', labels, 2] }],
    weights: [randomWeight('weigh', [EMBEDDING.channels, 2 * labels]), shape],
    nodes: [
      MEAN,
      { operator: 'MatMul', inputs: ['mean', 'weigh'], outputs: ['flat'] },
      { operator: 'Reshape', inputs: ['flat', 'shape'], outputs: ['pairs'] },
      { operator: 'Sigmoid', inputs: ['pairs'], outputs: ['keypoints'] },
    ],
  };
}

function tinyExclusive(labels: number): OnnxGraph {
  const { channels, height, width } = EMBEDDING;
  return {
    inputs: [embedding],
    outputs: [{ name: 'exclusive_masks', dtype: 'float32', shape: ['batch', 1 + labels, height, width] }],
    weights: [randomWeight('paint', [1 + labels, channels, 1, 1])],
    nodes: [{ operator: 'Conv', inputs: ['embedding', 'paint'], outputs: ['exclusive_masks'] }],
  };
}

function tinySegmenter(labels: number): OnnxGraph {
  const { channels, height, width } = EMBEDDING;
  const perLabel = ['batch', labels] as const;
  return {
    inputs: [embedding],
    outputs: [
      { name: 'masks', dtype: 'float32', shape: ['batch', labels, height, width] },
      { name: 'presence', dtype: 'float32', shape: perLabel },
      { name: 'iou', dtype: 'float32', shape: perLabel },
    ],
    weights: [randomWeight('paint', [labels, channels, 1, 1])],
    nodes: [
      { operator: 'Conv', inputs: ['embedding', 'paint'], outputs: ['masks'] },
      { operator: 'Sigmoid', inputs: ['masks'], outputs: ['cells'] },
      { operator: 'ReduceMax', inputs: ['cells'], outputs: ['presence'], attributes: { axes: [2, 3], keepdims: 0 } },
      { operator: 'ReduceMean', inputs: ['cells'], outputs: ['iou'], attributes: { axes: [2, 3], keepdims: 0 } },
    ],
  };
}

/** Between -0.5 and 0.5, by a linear congruential generator (Numerical Recipes). */
function randomWeight(name: string, shape: readonly number[]): OnnxWeight {
  let state = 1;
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  return { name, shape, values };
}
