import {
  defineHead,
  scoresOf,
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
  heatMap: { type: 'boolean', default: true, description: 'Answer with the map of what speaks for the label.' },
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
 * a model.json) says. Its heat map is the evidence for the most probable label: what each place adds to its logit more than to the others'.
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
      const scores = scoresOf(takeFloat32(outputs, 'logits'), labels, { temperature: calibration?.temperature });
      const plausible = plausibleLabels(scores, calibration);
      return {
        scores,
        ...(plausible && { plausible }),
        ...(heatMap && { heatMap: heatMapOf(takeFloat32(outputs, 'evidence')) }),
      };
    },
  });
}

/**
 * The class-conditional conformal set: each label whose probability is not too small for what that label usually gets, and the most
 * probable one. Where none fits, which is an image on which the model wavers, the most probable ones that hold all but the error
 * rate together. What is added can only raise the share of images whose true label is in the set.
 */
function plausibleLabels(scores: readonly Score[], calibration?: Calibration): PlausibleLabels | undefined {
  const conformal = calibration?.conformal;
  if (!conformal) return undefined;
  const { errorRate, quantiles } = conformal;
  const sorted = scores.toSorted((a, b) => b.probability - a.probability);
  const fits = ({ label, probability }: Score): boolean => 1 - probability <= (quantiles[label] ?? 1);
  const kept = sorted.some(fits)
    ? sorted.filter((score, index) => index === 0 || fits(score))
    : mostProbable(sorted, 1 - errorRate);
  return { labels: kept.map(({ label }) => label), errorRate };
}

/** The fewest of these, sorted scores, whose probabilities sum to `share`. */
function mostProbable(sorted: readonly Score[], share: number): readonly Score[] {
  let sum = 0;
  const end = sorted.findIndex(({ probability }) => (sum += probability) >= share);
  return end < 0 ? sorted : sorted.slice(0, end + 1);
}

/** What speaks for the label, 1 where it is strongest; 0 where nothing does, or something speaks against it. */
function heatMapOf({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }): HeatMap {
  const [height = 0, width = 0] = shape.slice(1);
  const largest = data.reduce((a, b) => Math.max(a, b), Number.MIN_VALUE);
  return { size: { width, height }, values: data.map((value) => Math.max(value, 0) / largest) };
}
