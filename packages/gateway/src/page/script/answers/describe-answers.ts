import type { AnswerOf, HeadAnswer, Kind, MaskAnswer, Run } from '../requests/analyze-query.js';
import type { Fault } from '../requests/fault.js';
import { describePoints, type PointRow } from './describe-points.js';
import { describeQuantities, type QuantityRow } from './describe-quantities.js';
import { formatCount, formatDuration, formatPercent } from './format.js';

/** Okabe and Ito's colours for all kinds of colour vision, in the order of @medzoo/draw's `drawOverlay`. */
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00', '#0072b2'] as const;

/** A mask in words. */
export interface MaskRow {
  readonly label: string;
  readonly colour: string;
  /** Such as 'presence 0.98 · 12 431 px · 8 % of the image', or that nothing was outlined. */
  readonly facts: string;
  /** Undefined for an empty mask: there is nothing to draw. */
  readonly url: string | undefined;
}

/** A class in words; `share` is the length of its bar, 0..1. */
export interface ScoreRow {
  readonly label: string;
  readonly share: number;
  readonly percent: string;
  readonly isBest: boolean;
  readonly isPlausible: boolean;
}

interface Described {
  readonly headId: string;
  /** How long it took and on what; empty if the gateway did not say. */
  readonly run: string;
  /** What a reader should know before the answer, such as that the image is of another kind. */
  readonly cautions: readonly string[];
}

/** What the page shows of one head. */
export type HeadReport =
  | (Described & { readonly kind: 'masks'; readonly rows: readonly MaskRow[] })
  | (Described & {
      readonly kind: 'classes';
      readonly rows: readonly ScoreRow[];
      readonly plausible: string;
      readonly heatMap: { readonly label: string; readonly url: string } | undefined;
    })
  | (Described & { readonly kind: 'values'; readonly rows: readonly QuantityRow[] })
  | (Described & { readonly kind: 'points'; readonly rows: readonly PointRow[] })
  /** The head does not answer about such an image; why, in words. */
  | { readonly kind: 'refusal'; readonly headId: string; readonly message: string }
  | { readonly kind: 'failure'; readonly headId: string; readonly fault: Fault };

/**
 * Answers in words and colours; no two masks of one run share a colour while there are enough of them. `used`: so many
 * have a colour already.
 */
export function describeAnswers(answers: readonly HeadAnswer[], used = 0): readonly HeadReport[] {
  let masks = used;
  const nextColour = (): string => COLOURS[masks++ % COLOURS.length]!;
  return answers.map((answer): HeadReport => {
    const { headId } = answer;
    switch (answer.__typename) {
      case 'HeadFailure':
        return { kind: 'failure', headId, fault: answer };
      case 'OutOfDomain':
        return { kind: 'refusal', headId, message: `No answer: ${sayOtherKind(answer)}. ${WHAT_TO_DO}` };
      case 'SegmentationAnswer':
        return {
          kind: 'masks',
          headId,
          ...describeProvenance(answer.provenance, null),
          rows: answer.masks.map((mask) => describeMask(mask, nextColour())),
        };
      case 'ClassificationAnswer':
        return { kind: 'classes', headId, ...describeKnown(answer), ...describeClasses(answer) };
      case 'RegressionAnswer':
        return {
          kind: 'values',
          headId,
          ...describeKnown(answer),
          rows: describeQuantities(answer.values),
        };
      case 'KeypointsAnswer':
        return {
          kind: 'points',
          headId,
          ...describeKnown(answer),
          rows: describePoints(answer.points, nextColour),
        };
      case 'MultilabelAnswer':
        return { kind: 'classes', headId, ...describeKnown(answer), ...describeLabels(answer) };
    }
  });
}

/** How many masks and points of these have a colour. */
export function countColours(reports: readonly HeadReport[]): number {
  const drawn = reports.filter(({ kind }) => kind === 'masks' || kind === 'points');
  return drawn.reduce((sum, report) => sum + ('rows' in report ? report.rows.length : 0), 0);
}

function describeClasses({ scores, label, domain, plausible, heatMap, provenance }: AnswerOf<'ClassificationAnswer'>) {
  return {
    rows: scores.map((score) => ({
      label: score.label,
      share: Math.min(1, Math.max(0, score.probability)),
      percent: formatPercent(score.probability),
      isBest: score.label === label,
      isPlausible: plausible?.labels.includes(score.label) ?? false,
    })),
    plausible: isOtherKind(domain) ? '' : describePlausible(plausible, provenance?.warnings ?? []),
    heatMap: heatMap ? { label, url: heatMap.url } : undefined,
  };
}

/** Each label by itself: those stand out that reach their thresholds. */
function describeLabels({ labels, scores }: AnswerOf<'MultilabelAnswer'>) {
  return {
    rows: scores.map(({ label, probability }) => ({
      label,
      share: Math.min(1, Math.max(0, probability)),
      percent: formatPercent(probability),
      isBest: labels.includes(label),
      isPlausible: false,
    })),
    plausible:
      labels.length === 0
        ? 'None of its labels reaches its threshold.'
        : `Above their thresholds: ${labels.join(', ')}.`,
    heatMap: undefined,
  };
}

function describeMask(mask: MaskAnswer, colour: string): MaskRow {
  const { label, presence, domain, absentBecause, area, areaFraction, measurements, url } = mask;
  if (absentBecause === 'DOMAIN' && domain)
    return { label, colour, facts: `no outline · ${sayOtherKind(domain)}`, url: undefined };
  // As `isPresenceJudged` of @medzoo/core, which a page cannot import; a test holds the two together.
  const present = presence === 1 ? [] : [`presence ${presence.toFixed(2)}`];
  // Of a target that may be there.
  if (area === 0) {
    const kind = isOtherKind(domain) ? ['not its kind of image'] : [];
    return { label, colour, facts: ['no outline', ...present, ...kind].join(' · '), url: undefined };
  }
  const warning = isOtherKind(domain) ? [`unsure: ${sayOtherKind(domain)}`] : [];
  const size = measurements.unit === 'MILLIMETRE' ? `${formatArea(measurements.area)} mm²` : `${formatCount(area)} px`;
  const facts = [...warning, ...present, size, `${formatPercent(areaFraction)} of the image`];
  return { label, colour, facts: facts.join(' · '), url };
}

/** Three digits, or all that are before the point. */
function formatArea(area: number): string {
  return area >= 100 ? formatCount(area) : String(Number(area.toPrecision(3)));
}

/** False for an image of the head's own kind, and for a head that cannot say. */
function isOtherKind(domain: Kind): domain is NonNullable<Kind> {
  return domain?.inDomain === false;
}

/** The nearest kind may be the head's own: an image may be far from all that are known. */
function sayOtherKind({ nearest }: Pick<NonNullable<Kind>, 'nearest'>): string {
  const nearestOfAll = `of all kinds that are known, the nearest is: ${nearest}`;
  return `this does not look like the images it was trained on; ${nearestOfAll}`;
}

/** The gateway's own words name an option of its API; here a button does that. */
const WHAT_TO_DO =
  'If the image was inverted, turned or damaged, undo that first; else ask a head for such images. An answer all the ' +
  'same is probably wrong.';

function describePlausible(
  plausible: { labels: readonly string[]; errorRate: number } | null,
  warnings: readonly string[],
): string {
  // What the warnings say, such as another modality, is why; they stand beside it.
  if (!plausible && warnings.length > 0) return 'It does not say what it cannot rule out.';
  if (!plausible) return 'This head is not calibrated: it does not say what it cannot rule out.';
  const { labels, errorRate } = plausible;
  const named = labels.length === 0 ? 'No label fits' : `Not ruled out: ${labels.join(', ')}`;
  const share = formatPercent(errorRate);
  return `${named}. In about ${share} of images of its kind, the true label is ruled out by mistake.`;
}

function describeKnown({ provenance, domain }: { readonly provenance: Run | null; readonly domain: Kind }) {
  return describeProvenance(provenance, domain);
}

function describeProvenance(run: Run | null, domain: Kind): Pick<Described, 'run' | 'cautions'> {
  const unsure = isOtherKind(domain) ? [`Unsure: ${sayOtherKind(domain)}.`] : [];
  return { run: describeRun(run), cautions: [...unsure, ...(run?.warnings ?? [])] };
}

function describeRun(run: Run | null): string {
  if (!run) return '';
  const { provider, cached, timingsMs } = run;
  return (
    `${formatDuration(timingsMs.total)} on ` +
    `${provider ?? 'no device'}${cached ? ', without encoding the image again' : ''}`
  );
}
