import { sortMetrics } from '@medzoo/cli';
import type { Head, Metric, PreprocessSpec, TensorSpec } from '@medzoo/core/contract';

/** Versions that a MONAI bundle has to state: those that tools/train checks this file with, or asks for. */
const VERSIONS = {
  monai_version: '1.6.1',
  pytorch_version: '2.6.0',
  numpy_version: '1.26.0',
  optional_packages_version: {},
  required_packages_version: { onnxruntime: '1.20.0' },
};
/** As the bundles of MONAI's own zoo name it; `python -m monai.bundle verify_metadata` fetches it. */
const SCHEMA =
  'https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/meta_schema_20220324.json';

/** The smallest and largest value of a normalised image; pixels are 0..255. */
function normalisedRange({ mean, std }: PreprocessSpec): [number, number] {
  const ends = mean.flatMap((centre, index) => [0, 255].map((pixel) => (pixel - centre) / std[index]!));
  return [Math.min(...ends), Math.max(...ends)].map((end) => Number(end.toFixed(4))) as [number, number];
}

/** How MONAI's specification sorts tensors: [type, format], by name where two have one shape. */
function kindOf({ name, shape }: TensorSpec): [type: string, format: string] {
  if (name === 'image') return ['image', 'magnitude'];
  if (name === 'embedding') return ['image', 'latent'];
  if (name.startsWith('point_')) return ['tuples', name === 'point_coords' ? 'points' : 'indices'];
  if (shape.length === 4 || ['attention', 'evidence'].includes(name)) return ['image', 'raw'];
  return ['probabilities', 'raw'];
}

function describeTensor(tensor: TensorSpec, { manifest, encoder, trained: { labels } }: Head): object {
  const [type, format] = kindOf(tensor);
  const [, channels = 1, ...spatial] = tensor.shape;
  const isByLabel = channels === labels.length;
  const names = tensor.name === 'image' ? ['red', 'green', 'blue'] : isByLabel ? labels : [];
  return {
    type,
    format,
    modality: tensor.name === 'image' ? manifest.modalities.join(', ') : 'n/a',
    num_channels: typeof channels === 'number' ? channels : 1,
    spatial_shape: (typeof channels === 'number' ? spatial : [channels, ...spatial]).map((length) =>
      typeof length === 'number' ? length : '*',
    ),
    dtype: tensor.dtype,
    value_range: tensor.name === 'image' ? normalisedRange(encoder.trained.preprocess) : [],
    is_patch_data: false,
    channel_def: Object.fromEntries(names.map((name, index) => [index, name])),
  };
}

function nameOf({ name, dataset, split, label, prompt, excludedLabels, negatives }: Metric): string {
  const without = excludedLabels && `without ${excludedLabels.join(', ')}`;
  const parts = [dataset, split, name, label, prompt, without, negatives?.kind];
  return parts.filter((part) => part !== undefined).join(' / ');
}

/**
 * A head's facts as the metadata.json of a MONAI bundle. The bundle's network is the head's: it takes the encoder's
 * embedding.
 */
export function toMonaiMetadata(head: Head): object {
  const { manifest, encoder, trained } = head;
  const { name, version, model, trainedOn, licence } = trained;
  const describe = (tensors: readonly TensorSpec[]): object =>
    Object.fromEntries(tensors.map((tensor) => [tensor.name, describeTensor(tensor, head)]));
  return {
    schema: SCHEMA,
    version,
    changelog: { [version]: `weights ${model.sha256}` },
    ...VERSIONS,
    name,
    task: `${manifest.title}: ${manifest.task}`,
    description:
      `${manifest.intendedUse} ` + `Reads the embedding of ${encoder.id} (SHA-256 ${encoder.trained.model.sha256}).`,
    authors: 'The medzoo contributors',
    copyright: `The medzoo contributors. ${licence}`,
    intended_use: manifest.intendedUse,
    data_source: trainedOn
      .map(({ dataset, source = dataset, licence: terms }) => `${dataset}: ${source} (${terms})`)
      .join('; '),
    data_type: 'image files',
    eval_metrics: Object.fromEntries(
      sortMetrics(trained).good.map((metric) => [
        nameOf(metric),
        { value: metric.value, interval95: metric.interval95 ?? [], n: metric.n },
      ]),
    ),
    weights: { sha256: model.sha256, bytes: model.bytes },
    initialised_from: encoder.trained.initialisedFrom ?? [],
    network_data_format: { inputs: describe(model.inputs), outputs: describe(model.outputs) },
  };
}
