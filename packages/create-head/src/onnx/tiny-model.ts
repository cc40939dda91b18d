import type { OnnxGraph, OnnxWeight } from './write-onnx.js';

/** Of medzoo's own encoder. A test holds it against the encoder's model.json. */
export const EMBEDDING = { channels: 192, height: 16, width: 16 } as const;

export type Task = 'classification' | 'segmentation';

/**
 * A model with random weights that stands in for a trained one: `embedding` float32 [batch, 192, 16, 16] to `logits`
 * [batch, labels], or to `masks` [batch, labels, 16, 16], `presence` and `iou` [batch, labels]. The same for the same
 * number of labels.
 */
export function tinyModel(task: Task, labels: number): OnnxGraph {
  return task === 'classification' ? tinyClassifier(labels) : tinySegmenter(labels);
}

const embedding = {
  name: 'embedding',
  dtype: 'float32',
  shape: ['batch', EMBEDDING.channels, EMBEDDING.height, EMBEDDING.width],
} as const;

function tinyClassifier(labels: number): OnnxGraph {
  return {
    inputs: [embedding],
    outputs: [{ name: 'logits', dtype: 'float32', shape: ['batch', labels] }],
    weights: [randomWeight('classify', [EMBEDDING.channels, labels])],
    nodes: [
      { operator: 'ReduceMean', inputs: ['embedding'], outputs: ['mean'], attributes: { axes: [2, 3], keepdims: 0 } },
      { operator: 'MatMul', inputs: ['mean', 'classify'], outputs: ['logits'] },
    ],
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
