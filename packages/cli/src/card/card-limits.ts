import type { Metric, TrainedModel } from '@medzoo/core/contract';
import { markHome, type MetricKinds } from './metric-kinds.js';
import { table } from './markdown-table.js';
import { isShownAnyway } from '../presence/scenes.js';

/** Words for data sets, by name; a set without them is told by its name. */
export type SetWords = Readonly<Record<string, string>>;

const share = ({ value }: Metric): string => `${(100 * value).toFixed(value > 0 && value < 0.01 ? 1 : 0)} %`;

/**
 * Where a head stops being right: in one sentence for a clinician, then in tables; nothing where nothing of it was
 * measured.
 */
export function renderLimits(trained: TrainedModel, kinds: MetricKinds, words: SetWords = {}): string[] {
  const sentence = describeLimits(trained, kinds, words);
  const parts = [
    ...(sentence === undefined ? [] : [sentence]),
    ...renderDomains(trained, kinds.domain, words),
    ...renderCorruptions(trained, kinds.corruption),
  ];
  return parts.length > 0 ? ['#### Where it stops being right', ...parts] : [];
}

/** The worst of what was measured, in words without a term of statistics. */
function describeLimits(trained: TrainedModel, kinds: MetricKinds, words: SetWords): string | undefined {
  const sentences = [describeOutside(kinds, words), describeForeign(trained, kinds, words), describeWorst(kinds)];
  const said = sentences.filter((one) => one !== undefined);
  return said.length > 0 ? `**In short.** ${said.join(' ')}` : undefined;
}

/** Of other hospitals: what is lost against its own. */
function describeOutside({ good, outside }: MetricKinds, words: SetWords): string | undefined {
  const said = outside
    .filter(({ name, prompt }) => ['dice', 'accuracy'].includes(name) && prompt === undefined)
    .map((one) => {
      const own = good
        .filter((own) => !outside.includes(own))
        .find(({ name, label, prompt }) => name === one.name && label === one.label && prompt === undefined);
      const what = one.name === 'dice' ? `Dice of ${sayLabel(one.label)}` : 'share of right answers';
      return (
        `the ${what} is ${toTwo(one.value)} on ` +
        `${sayImages(one, words)}${own ? ` (${toTwo(own.value)} on images like its own)` : ''}`
      );
    });
  return said.length > 0 ? `At other hospitals ${said.join('; ')}.` : undefined;
}

/** Of images of other kinds: the set of which it takes most for its own. */
function describeForeign(trained: TrainedModel, kinds: MetricKinds, words: SetWords): string | undefined {
  const { domain } = kinds;
  const isHome = markHome(trained);
  const uses = new Map((trained.domains ?? []).map(({ use, labels }) => [labels?.join(', '), use]));
  const isUsed = ({ label, falseRefusals }: Metric): boolean => uses.get(label) === falseRefusals;
  if (uses.has(undefined)) {
    const refused = domain.filter((one) => one.name === 'refused' && isUsed(one) && !isHome(one));
    const [worst, next] = refused.toSorted((a, b) => a.value - b.value);
    if (!worst) return undefined;
    if (worst.value === 1) return 'It refused every image of another kind that was tried.';
    const calls = domain.filter(
      ({ name, dataset, value }) => name === 'answered' && dataset === worst.dataset && value > 0,
    );
    const called = calls.toSorted((a, b) => b.value - a.value)[0];
    const taken = called ? `; it calls ${share(called)} of those ${sayLabel(called.label)}` : '';
    const rest = next
      ? ` Of each other kind that was tried it refuses ${next.value === 1 ? 'every image' : `at least ${share(next)}`}.`
      : '';
    return (
      `It refuses ${share(worst)} of ${sayImages(worst, words)} and answers about the others, which is where not ` +
      `to trust it${taken}.${rest}`
    );
  }
  const foreign = domain.filter(
    (one) => one.name === 'present_any' && !isHome(one) && !showsTarget(one, trained, kinds),
  );
  const worst = foreign.toSorted((a, b) => b.value - a.value)[0];
  return (
    worst &&
    'On images that show none of its targets, it still outlines something most often on ' +
      `${sayImages(worst, words)}: ${share(worst)}.`
  );
}

/** Whether images of a metric's set show a target: their masks were compared, or an organ is in all of them. */
function showsTarget({ dataset }: Metric, { labels }: TrainedModel, { good, outside }: MetricKinds): boolean {
  const isMeasured = [...good, ...outside].some((one) => one.name === 'dice' && one.dataset === dataset);
  return isMeasured || labels.some((label) => isShownAnyway(label, dataset));
}

/** Of corrupted images that it answers: the change that costs most. */
function describeWorst({ corruption }: MetricKinds): string | undefined {
  const worst = corruption.filter(({ name }) => name === 'drop').toSorted((a, b) => b.value - a.value)[0];
  if (!worst || worst.value <= 0) return undefined;
  const what = worst.label === undefined ? 'of right answers' : `of the Dice of ${sayLabel(worst.label)}`;
  return (
    `Of the changes that were tried on its own images, ${worst.corruption!} costs most where it answers: ` +
    `${toTwo(worst.value)} ${what}.`
  );
}

function sayImages({ dataset, n }: Metric, words: SetWords): string {
  return words[dataset] ? `${words[dataset]} (n ${n})` : `images of ${dataset} (n ${n})`;
}

function sayLabel(label: string | undefined): string {
  return label?.replaceAll('_', ' ') ?? 'the object';
}

/** Which images are refused, of its own kind and of others. */
function renderDomains({ domains = [] }: TrainedModel, metrics: readonly Metric[], words: SetWords): string[] {
  const sets = [...new Set(metrics.map(({ dataset }) => dataset))];
  if (sets.length === 0) return [];
  const of = (set: string, name: string, label?: string, at?: number): Metric | undefined =>
    metrics.find((one) => one.dataset === set && one.name === name && one.label === label && one.falseRefusals === at);
  const cell = (metric: Metric | undefined): string => (metric ? toTwo(metric.value) : '');
  const describe = (set: string): string => (words[set] ? `${words[set]} (${set})` : set);
  const countIn = (set: string): string =>
    String(
      of(set, 'present_any')?.n ?? metrics.find(({ dataset, name }) => dataset === set && name === 'refused')?.n ?? '',
    );
  const [first] = domains;
  if (first && !first.labels) {
    const rates = first.thresholds.map(({ falseRefusals }) => falseRefusals);
    const rows = sets.map((set) => [
      describe(set),
      ...rates.map((rate) => withInterval(of(set, 'refused', undefined, rate))),
      withInterval(of(set, 'domain_auroc')),
      metrics
        .filter(({ dataset, name, value }) => dataset === set && name === 'answered' && value > 0)
        .map((one) => `${sayLabel(one.label)} ${toTwo(one.value)}`)
        .join(', '),
      countIn(set),
    ]);
    const heads = rates.map((rate) => `refused at ${rate}${rate === first.use ? ' (default)' : ''}`);
    return [
      'What share of images it refuses as [out of ' +
        'domain](https://github.com/medzoo/medzoo/blob/main/docs/out-of-domain.md), at the thresholds that ' +
        `no more than ${rates.join(' and ')} of images like its own should exceed, and what it calls those that it ` +
        'answers.',
      table(['images', ...heads, 'AUROC', 'of those answered', 'n'], rows),
    ];
  }
  const rows = sets.map((set) => [
    describe(set),
    ...domains.map(({ labels = [], use }) => cell(of(set, 'refused', labels.join(', '), use))),
    withInterval(of(set, 'present_any')),
    countIn(set),
  ]);
  return [
    'What share of images is [out of domain](https://github.com/medzoo/medzoo/blob/main/docs/out-of-domain.md) ' +
      'for each target, by default, and on what share any target is outlined.',
    table(['images', ...domains.map(({ labels = [] }) => labels.join(', ')), 'any outlined', 'n'], rows),
  ];
}

function withInterval(metric: Metric | undefined): string {
  if (!metric) return '';
  const { value, interval95 } = metric;
  return toTwo(value) + (interval95 ? ` [${interval95.map((bound) => toTwo(bound)).join(', ')}]` : '');
}

/** Two digits; what rounds to nothing has no sign. */
function toTwo(value: number): string {
  return value.toFixed(2).replace(/^-(0\.00)$/, '$1');
}

function rangeOf(metric: Metric | undefined): string {
  return metric?.interval95 ? metric.interval95.map((bound) => toTwo(bound)).join(' to ') : '';
}

/** What each corruption costs on images that are answered, and how many are not. */
function renderCorruptions({ labels }: TrainedModel, metrics: readonly Metric[]): string[] {
  const names = [...new Set(metrics.map(({ corruption }) => corruption!))];
  if (names.length === 0) return [];
  const of = (corruption: string, name: string, label?: string): Metric | undefined =>
    metrics.find((one) => one.corruption === corruption && one.name === name && one.label === label);
  const isClasses = metrics.some(({ label }) => label === undefined);
  const hasRanges = metrics.some(({ name }) => name === 'ece_if_calibrated');
  const targets = labels.filter((label) => metrics.some((one) => one.label === label));
  const counts = [
    ...new Set(metrics.filter(({ name }) => name === 'refused').map(({ dataset, n }) => `${dataset}, n ${n}`)),
  ].join('; ');
  const told = (metric: Metric | undefined): string => (metric ? toTwo(metric.value) : '');
  const rows = names.map((corruption) =>
    isClasses
      ? [
          corruption,
          withInterval(of(corruption, 'drop')),
          told(of(corruption, 'ece')),
          ...(hasRanges ? [rangeOf(of(corruption, 'ece_if_calibrated'))] : []),
          told(of(corruption, 'refused')),
        ]
      : [
          corruption,
          ...targets.map((label) => {
            const [drop, refused] = [of(corruption, 'drop', label), of(corruption, 'refused', label)];
            const none = refused?.value === 1 ? 'all refused' : 'not measured';
            return [drop ? told(drop) : none, refused ? told(refused) : 'not measured'].join(' / ');
          }),
        ],
  );
  const heads = isClasses
    ? ['accuracy lost', 'calibration error', ...(hasRanges ? ['if calibrated'] : []), 'refused']
    : targets;
  const words = isClasses
    ? 'accuracy lost and calibration error are of images that it answers'
    : 'Dice lost on images that are answered / share refused as out of domain';
  const ranges = '; "if calibrated" is where that error would lie, 19 times of 20, if the probabilities were right';
  return [
    `Its own test images, corrupted (${counts}; [what each ` +
      'is](https://github.com/medzoo/medzoo/blob/main/packages/cli/README.md#medzoo-evaluate---corrupt)): ' +
      `${words}${hasRanges ? ranges : ''}.`,
    table(['corruption', ...heads], rows),
  ];
}
