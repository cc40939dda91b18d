import {
  defineHead,
  softmax,
  takeFloat32,
  type Calibration,
  type Head,
  type HeatMap,
  type PlausibleLabels,
  type Score,
} from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from '@medzoo/sam-med2d';

const params = {
  heatMap: { type: 'boolean', default: true, description: 'Answer with the map of where the model looked.' },
} as const;

/** What a SAM-MedCls head says about itself. */
export interface MedClsManifest<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly task: 'classification';
  readonly params: typeof params;
  readonly intendedUse: string;
  readonly modalities: readonly string[];
}

/** What differs from one SAM-MedCls head to the next. */
export type MedClsDescription<Id extends string> = Pick<
  MedClsManifest<Id>,
  'id' | 'title' | 'intendedUse' | 'modalities'
>;

/**
 * A SAM-MedCls head: attention modules on the embedding of `samMed2dTiny` and a classifier, its weights where `model` (the URL of
 * a model.json) says. Its heat map is the attention of the most probable class.
 */
export function medclsHead<const Id extends string>(
  description: MedClsDescription<Id>,
  model: URL,
): Head<MedClsManifest<Id>> {
  return defineHead<MedClsManifest<Id>>({
    manifest: { ...description, task: 'classification', params },
    encoder: samMed2dTiny,
    trained: readModelFile(model),
    decode({ outputs, params: { heatMap }, trained: { labels, calibration } }) {
      const probabilities = softmax(takeFloat32(outputs, 'logits').data, calibration?.temperature);
      const scores = labels.map((label, index): Score => ({ label, probability: probabilities[index] ?? 0 }));
      const plausible = plausibleLabels(scores, calibration);
      return {
        scores,
        ...(plausible && { plausible }),
        ...(heatMap && { heatMap: heatMapOf(takeFloat32(outputs, 'attention')) }),
      };
    },
  });
}

/** The class-conditional conformal set: each label whose probability is not too small for what that label usually gets. */
function plausibleLabels(scores: readonly Score[], calibration?: Calibration): PlausibleLabels | undefined {
  const conformal = calibration?.conformal;
  if (!conformal) return undefined;
  const kept = scores.filter(({ label, probability }) => 1 - probability <= (conformal.quantiles[label] ?? 1));
  return { labels: kept.map(({ label }) => label), errorRate: conformal.errorRate };
}

/** Attention sums to 1 over its cells; a map for the eye has its largest value at 1. */
function heatMapOf({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }): HeatMap {
  const [height = 0, width = 0] = shape.slice(1);
  const largest = data.reduce((a, b) => Math.max(a, b), Number.MIN_VALUE);
  return { size: { width, height }, values: data.map((value) => value / largest) };
}
