import type { HeadDescription, ParamSpec, TrainedModel } from '@medzoo/core';
import { ANSWER_LISTS } from '../answer-types.js';

/** What is known of the answers before any is made: how long the lists of the schema are, by type and field. */
export type AnswerSizes = Readonly<Record<string, number>>;

/** The argument that says how long a list is, where the caller does: by its own length, or as a number. */
export const SIZE_ARGUMENTS: Readonly<Record<string, string>> = {
  'Image.analyze': 'heads',
  'Image.exports': 'formats',
  'Series.exports': 'formats',
  'SeriesAnalysis.frames': 'count',
};

/** Fields that cost as much as so many others, because something is computed for them. */
export const WEIGHTS: Readonly<Record<string, number>> = {
  'Mask.measurements': 40,
  // A file is read for them.
  'Image.modality': 40,
  'Image.spacing': 40,
  'Image.windows': 40,
  'Image.flags': 40,
  'Image.exports': 40,
  'Query.series': 40,
  // All files of a series are read for them.
  'Series.geometry': 400,
  'Series.exports': 400,
  'SeriesAnalysis.volumes': 400,
  'Mutation.createSeries': 400,
};

/**
 * The longest list of each field, for a zoo with these heads. Where the image decides (polygons), a usual number: what
 * comes out is counted when it is there.
 */
export function findAnswerSizes(heads: readonly HeadDescription[]): AnswerSizes {
  const encoders = heads.map(({ encoder }) => encoder.trained);
  const trained = heads.map((head) => head.trained);
  const models = [...trained, ...encoders];
  const metrics = models.flatMap((model) => model.metrics);
  const params = heads.map(({ manifest }) => Object.values<ParamSpec>(manifest.params));
  const labels = longest(trained.map((model) => model.labels));
  const about = (type: string, of: readonly TrainedModel[]): AnswerSizes => ({
    [`${type}.metrics`]: longest(of.map((model) => model.metrics)),
    [`${type}.trainedOn`]: longest(of.map((model) => model.trainedOn)),
    [`${type}.initialisedFrom`]: longest(of.map((model) => model.initialisedFrom)),
    [`${type}.variants`]: longest(of.map((model) => model.variants)),
  });
  return {
    'Query.heads': heads.length,
    'Query.encoders': new Set(encoders.map(({ model }) => model.sha256)).size,
    ...about('Head', trained),
    ...about('Encoder', encoders),
    'ModelVariant.providers': longest(models.flatMap(({ variants = [] }) => variants.map((one) => one.providers))),
    'Head.modalities': longest(heads.map(({ manifest }) => manifest.modalities)),
    'Head.params': longest(params),
    'Head.labels': labels,
    'Param.options': longest(params.flat().map((param) => ('options' in param ? param.options : []))),
    'Metric.interval95': 2,
    'Metric.excludedLabels': longest(metrics.map((metric) => metric.excludedLabels)),
    'Negatives.sets': longest(metrics.map((metric) => metric.negatives?.sets)),
    'Preprocess.mean': 3,
    'Preprocess.std': 3,
    'Image.analyze': 1,
    'Provenance.domains': longest(trained.map((model) => model.domains)),
    'LabelledDomain.labels': labels,
    'Image.windows': 16,
    'Image.exports': 10,
    'Series.exports': 10,
    'Series.imageIds': 100, // of an image's own series 1, of another at most 2000
    'SeriesAnalysis.frames': 10,
    'SeriesAnalysis.volumes': labels,
    'PixelSpacing.regions': 4,
    'Provenance.warnings': 2,
    ...Object.fromEntries(Object.values(ANSWER_LISTS).flatMap((listsOf) => Object.entries(listsOf(labels)))),
    'Runtime.processes': 8,
    'ZooProcess.models': heads.length + 1,
    'ZooProcess.memory': 2,
    'OpenModel.skipped': 2,
  };
}

function longest(lists: readonly (readonly unknown[] | undefined)[]): number {
  return Math.max(1, ...lists.map((list) => list?.length ?? 0));
}
