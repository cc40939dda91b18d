import type { Task } from '@medzoo/core/contract';
import type { HeadFacts } from '../facts/head-facts.type.js';
import { countOf } from '../../terminal/format.js';
import { error, ok, warning, type Finding } from '../finding.type.js';

const UNDECIDED = /^\s*(to decide|to be decided|tbd|todo|unknown|not stated|unlicensed|none)?[\s.]*$/i;

/** What model.json knows beside the model: licence, data, domains, calibration, concepts, metrics. */
export function checkKnowledge({ model, head }: HeadFacts): Finding[] {
  if (!model) return [];
  const { licence, domains, concepts, metrics, labels } = model;
  const without = labels.filter((label) => !Object.hasOwn(concepts, label));
  return [
    UNDECIDED.test(licence)
      ? error(
          'licence',
          `model.json says "${licence}" of the weights.`,
          'Decide on one, and train with --licence Apache-2.0, say.',
        )
      : ok('licence', licence),
    checkData(model),
    domains.length === 0
      ? warning(
          'domain',
          'There are no domain statistics: the head answers on images of any kind, without a sign of it.',
          'Train with medzoo-train, which writes `domains`: npm run train',
        )
      : describeDomains(domains),
    ...(head ? CALIBRATION[head.manifest.task](model) : []),
    without.length > 0
      ? warning(
          'concepts',
          `No codes are given for ${without.join(', ')}: DICOM SEG and SR of them cannot be written.`,
          'Write `concepts` in model.json (docs/adding-a-head.md), or pass them when you export.',
        )
      : ok('concepts', 'each label has its codes'),
    metrics.length === 0
      ? warning(
          'metrics',
          'None are recorded: nobody can see how good it is.',
          'Measure it: npx medzoo evaluate --data DIR --record',
        )
      : ok('metrics', `${metrics.length} recorded`),
    ...findSwapped(metrics),
  ];
}

/** What the head learnt from, and on which terms. */
function checkData({ trainedOn, untrained }: Model): Finding {
  if (untrained) {
    const fix = 'Train it: npm run train. For weights that were trained elsewhere, take `untrained` out of model.json.';
    return error('data', 'The weights are random: nobody has trained the head.', fix);
  }
  if (trainedOn.length === 0) {
    const fix = 'Train it (npm run train), or write `trainedOn`.';
    return error('data', 'model.json does not say what the head learnt from.', fix);
  }
  const bare = trainedOn.filter((set) => UNDECIDED.test(set.licence)).map(({ dataset }) => dataset);
  if (bare.length > 0) {
    const fix = 'State it in `trainedOn` of model.json: npm run train -- --data-licence "CC BY 4.0"';
    return error('data', `No licence is stated for ${bare.join(', ')}.`, fix);
  }
  return ok('data', trainedOn.map(({ dataset, licence: terms }) => `${dataset} (${terms})`).join('; '));
}

/** The share whose threshold holds in so many draws of held-out images; others hold on average (medzoo-train, SURE). */
const [SURE_SHARE, SURE] = [0.05, 0.8];

/** Too few held-out images cannot vouch for what a threshold is said to refuse. */
function describeDomains(domains: Model['domains']): Finding {
  const needed = (share: number): number =>
    Math.ceil(share === SURE_SHARE ? Math.log(1 - SURE) / Math.log(1 - share) : 1 / share - 1);
  const few = domains.find(({ n, use }) => n < needed(use));
  if (!few) return ok('domain', `${domains.length} of the head`);
  return warning(
    'domain',
    `It is of ${countOf(few.n, 'held-out image')}${few.labels ? ` of ${few.labels.join(', ')}` : ''}, and it takes ` +
      `${needed(few.use)} to vouch that no more than ${few.use} of images like these are refused: it may refuse more.`,
    'Add images to the split val and train again, and look at `refused` of medzoo evaluate.',
  );
}

type Model = NonNullable<HeadFacts['model']>;

/** What makes the answers of a task honest. */
const CALIBRATION: Readonly<Record<Task, (model: Model) => readonly Finding[]>> = {
  segmentation: () => [],
  classification: ({ calibration }) => [describeCalibration(calibration)],
  regression: (model) => [describeIntervals(model)],
  keypoints: () => [],
  multilabel: (model) => [describeCalibration(model.calibration), describeThresholds(model)],
};

function describeThresholds({ labels, thresholds = {} }: Model): Finding {
  const without = labels.filter((label) => !Object.hasOwn(thresholds, label));
  if (without.length === 0) return ok('thresholds', 'each label has its own');
  return warning(
    'thresholds',
    `There is none for ${without.join(', ')}: 0.5 counts, which is seldom where a rare finding is told best.`,
    'Choose them on held-out images, and write `thresholds` into model.json.',
  );
}

function describeIntervals({ labels, quantities = {} }: Model): Finding {
  const without = labels.filter((label) => quantities[label]?.interval === undefined);
  if (without.length === 0) return ok('calibration', 'each number has its interval');
  return warning(
    'calibration',
    `There is no interval for ${without.join(', ')}: nobody can see how far off the number may be.`,
    'Write `quantities.LABEL.interval` into model.json: docs/adding-a-head.md says how it is computed from ' +
      'held-out images.',
  );
}

function describeCalibration(calibration: Model['calibration']): Finding {
  if (calibration?.temperature === undefined) {
    return warning(
      'calibration',
      'There is no temperature: its probabilities are as sure as the training made them.',
      'Train with medzoo-train, which fits one on val: npm run train',
    );
  }
  return ok(
    'calibration',
    `temperature ${calibration.temperature}${calibration.conformal === undefined ? '' : ', with conformal sets'}`,
  );
}

/** Below it, a classifier would do better if it said the opposite. */
const CHANCE = 0.5;

function findSwapped(metrics: Model['metrics']): Finding[] {
  const low = metrics.filter(({ name, value, interval95 }) => name === 'auroc' && (interval95?.[1] ?? value) < CHANCE);
  if (low.length === 0) return [];
  return [
    error(
      'metrics',
      `An AUROC of ${low[0]!.value} is worse than guessing: the labels probably stand in another order than the ` +
        'outputs.',
      'Compare `labels` of model.json with the order in training, then measure again.',
    ),
  ];
}
