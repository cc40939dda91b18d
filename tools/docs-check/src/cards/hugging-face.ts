import type { Failures } from '@medzoo/cards';
import { nameMetric, researchOnlySets, sortMetrics } from '@medzoo/cli';
import { takesPrompts, type Head, type Metric, type Task } from '@medzoo/core/contract';
import { renderHead } from './render-card.js';

/**
 * Licences that Hugging Face has a name of its own for, by SPDX identifier; any other one is `other`, with its words.
 */
const LICENCES: Readonly<Record<string, string>> = {
  'Apache-2.0': 'apache-2.0',
  MIT: 'mit',
  'BSD-3-Clause': 'bsd-3-clause',
  'CC-BY-4.0': 'cc-by-4.0',
  'CC0-1.0': 'cc0-1.0',
};

/** What was learnt from images for research alone is not free for any use, whatever the licence of the file. */
function licenceOf(licence: string, isResearchOnly: boolean): object {
  if (isResearchOnly) return { license: 'other', license_name: 'research-only', license_link: 'LICENSE' };
  const known = LICENCES[licence.split(/[\s;(]/)[0]!];
  return known ? { license: known } : { license: 'other', license_name: 'as-stated', license_link: 'LICENSE' };
}

/** What Hugging Face calls a task; there it depends on whether a head takes prompts. */
const PIPELINES: Readonly<Record<Task, { readonly automatic: string; readonly prompted: string }>> = {
  segmentation: { automatic: 'image-segmentation', prompted: 'mask-generation' },
  classification: { automatic: 'image-classification', prompted: 'image-classification' },
  // It has no name for a number that is read off an image.
  regression: { automatic: 'image-feature-extraction', prompted: 'image-feature-extraction' },
  keypoints: { automatic: 'keypoint-detection', prompted: 'keypoint-detection' },
  multilabel: { automatic: 'image-classification', prompted: 'image-classification' },
};

function pipelineOf({ manifest }: Head): string {
  return PIPELINES[manifest.task][takesPrompts(manifest) ? 'prompted' : 'automatic'];
}

/** Numbers of one data set and split, as `model-index` groups them. */
function resultsOf(head: Head): object[] {
  const { manifest, trained } = head;
  const groups = new Map<string, Metric[]>();
  // Refusals and corruptions are in the card: they are no results on a data set as it is.
  for (const metric of sortMetrics(trained).good) {
    const key = `${metric.dataset}\n${metric.split}`;
    groups.set(key, [...(groups.get(key) ?? []), metric]);
  }
  return [...groups.values()].map((metrics) => ({
    task: { type: pipelineOf(head), name: manifest.task },
    dataset: { name: metrics[0]!.dataset, type: metrics[0]!.dataset, split: metrics[0]!.split },
    metrics: metrics.map(({ name, value, ...rest }) => {
      const { label, prompt, excludedLabels, negatives, n, interval95 } = rest;
      const about = [label, prompt && `prompted by ${prompt}`, negatives && `against ${negatives.kind}`];
      return {
        type: name,
        value,
        name: [nameMetric(name), ...about.filter(Boolean)].join(', '),
        args: { n, ...(interval95 && { interval95 }), ...(excludedLabels && { excludedLabels }) },
      };
    }),
  }));
}

/** The header of a Hugging Face model card, as data. */
export function toHuggingFaceHeader(head: Head): Readonly<Record<string, unknown>> {
  const { manifest, trained } = head;
  const results = resultsOf(head);
  const isResearchOnly = researchOnlySets(trained, head.encoder.trained).length > 0;
  return {
    ...licenceOf(trained.licence, isResearchOnly),
    library_name: 'medzoo',
    pipeline_tag: pipelineOf(head),
    tags: [
      'medical',
      'onnx',
      'medzoo',
      'not-for-diagnosis',
      ...(isResearchOnly ? ['research-only'] : []),
      ...manifest.modalities.map((code) => `dicom-${code.toLowerCase()}`),
    ],
    datasets: trained.trainedOn.map(({ dataset }) => dataset),
    metrics: [...new Set(sortMetrics(trained).good.map(({ name }) => name))],
    ...(results.length > 0 && { 'model-index': [{ name: trained.name, results }] }),
  };
}

/**
 * The README.md of a Hugging Face repository: the header in YAML (JSON's values are YAML's), then the card; pictures
 * lie in failures/.
 */
export function renderHuggingFace(head: Head, failures: Failures): string {
  const header = Object.entries(toHuggingFaceHeader(head)).map(([key, value]) => {
    const lines = JSON.stringify(value, undefined, 2).split('\n');
    return `${key}: ${lines.map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n')}`;
  });
  return [
    '---',
    ...header,
    '---',
    '',
    renderHead(head, { failures, folder: 'failures' }).replaceAll(/^###/gm, '#'),
    '',
  ].join('\n');
}
