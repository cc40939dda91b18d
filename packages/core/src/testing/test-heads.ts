import {
  channelsByLabel,
  decodeKeypoints,
  decodeLabels,
  decodeValues,
  defineHead,
  int64Tensor,
  sigmoid,
  scoresOf,
  takeFloat32,
  type Classification,
  type DecodeInput,
} from '../contract/index.js';
import { readEncoderFile, readModelFile } from '../model/read-model-file.js';

/** The kilobyte models of this package's folder test-models, which `make.py` there writes. */
const at = (name: string): URL => new URL(`../../test-models/${name}.json`, import.meta.url);

const about = { intendedUse: 'Tests.', modalities: [] } as const;

/** 16 x 16 pixels to float32 [1, 4, 2, 2]. */
export const testEncoder = { id: 'test-encoder', trained: readEncoderFile(at('encoder')) };

/** The same with a variant for the CPU, whose embeddings differ. */
export const testVariantEncoder = { id: 'test-encoder', trained: readEncoderFile(at('encoder-variants')) };

/** Segments two targets, `left` and `right`, as 8 x 8 masks that mean nothing. */
export const testMasks = defineHead({
  manifest: {
    ...about,
    id: 'test-masks',
    title: 'Two targets',
    task: 'segmentation',
    params: {
      threshold: {
        type: 'number',
        default: 0.5,
        min: 0,
        max: 1,
        description: 'Probability from which a pixel belongs.',
      },
      targets: { type: 'labels', description: 'Which targets to look for.' },
      points: { type: 'points', description: 'Not looked at.' },
    },
  },
  encoder: testEncoder,
  trained: readModelFile(at('masks')),
  decode({ outputs, params, trained }) {
    const channels = channelsByLabel(takeFloat32(outputs, 'masks'), trained.labels);
    const presence = sigmoid(takeFloat32(outputs, 'presence').data);
    const masks = trained.labels.map((label, index) => {
      const { size, values } = channels.get(label)!;
      const { threshold } = params;
      return { label, size, probabilities: sigmoid(values), threshold, presence: presence[index]!, quality: 0.5 };
    });
    return { masks: masks.filter(({ label }) => params.targets.includes(label)) };
  },
});

/** Tells three classes apart, with a 2 x 2 heat map. */
export const testClasses = defineHead({
  manifest: { ...about, id: 'test-classes', title: 'Three classes', task: 'classification', params: {} },
  encoder: testEncoder,
  trained: readModelFile(at('classes')),
  decode: (input) => ({
    ...decodeClasses(input),
    heatMap: { size: { width: 2, height: 2 }, values: takeFloat32(input.outputs, 'attention').data },
  }),
});

/** The same with a variant for the CPU, whose answers differ. */
export const testVariantClasses = { ...testClasses, trained: readModelFile(at('classes-variants')) };

/** Reads two numbers off an image: one with an interval, one without. */
export const testValues = defineHead({
  manifest: { ...about, id: 'test-values', title: 'Two numbers', task: 'regression', params: {} },
  encoder: testEncoder,
  trained: readModelFile(at('values')),
  decode: ({ outputs, trained }) => decodeValues(outputs, trained),
});

/** Finds two places, of which it may call one absent. */
export const testKeypoints = defineHead({
  manifest: { ...about, id: 'test-keypoints', title: 'Two places', task: 'keypoints', params: {} },
  encoder: testEncoder,
  trained: readModelFile(at('keypoints')),
  decode: ({ outputs, trained }) => decodeKeypoints(outputs, trained),
});

/** Says of three labels, each by itself, whether an image has it. */
export const testMultilabel = defineHead({
  manifest: { ...about, id: 'test-multilabel', title: 'Three labels', task: 'multilabel', params: {} },
  encoder: testEncoder,
  trained: readModelFile(at('multilabel')),
  decode: ({ outputs, trained }) => decodeLabels(outputs, trained),
});

/** Computes for as long as `rounds` says (about 2 microseconds each) before it tells three classes apart. */
export const testSlow = defineHead({
  manifest: {
    ...about,
    id: 'test-slow',
    title: 'Three classes, slowly',
    task: 'classification',
    params: { rounds: { type: 'number', default: 0, min: 0, description: 'How long to compute.' } },
  },
  encoder: testEncoder,
  trained: readModelFile(at('slow')),
  feeds: ({ embedding, params }) => ({ embedding, rounds: int64Tensor([1], BigInt64Array.of(BigInt(params.rounds))) }),
  decode: decodeClasses,
});

/** Its model answers NaN, whatever comes in. */
export const testNan = defineHead({
  manifest: { ...about, id: 'test-nan', title: 'Not a number', task: 'classification', params: {} },
  encoder: testEncoder,
  trained: readModelFile(at('nan')),
  decode: decodeClasses,
});

function decodeClasses({ outputs, trained }: Pick<DecodeInput, 'outputs' | 'trained'>): Classification {
  return { scores: scoresOf(takeFloat32(outputs, 'logits'), trained.labels) };
}
