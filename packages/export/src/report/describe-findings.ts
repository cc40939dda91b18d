import { isPresenceJudged, measureMask, rleToPolygons, splitRle, type MaskMeasurements } from '@medzoo/core';
import {
  formatQuantity,
  type ClassificationAnswer,
  type ImageMask,
  type KeypointsAnswer,
  type MultilabelAnswer,
  type PixelSize,
  type PredictionInterval,
  type Provenance,
  type RegressionAnswer,
  type Rle,
} from '@medzoo/core/contract';
import { checkMasks, type Answered, type AnsweredFrame } from '../answered.js';
import { findLabelsWithoutConcept, takeConcept, type LabelConcepts } from '../concepts/concept.js';
import type { Attributes } from '../dicom/attributes.js';
import { describeWeights, referenceFrame } from '../dicom/modules.js';
import { createUid } from '../dicom/uid.js';
import { sayNotAnswered, sayUnsure } from '../image-kind.js';
import { isSimpleEnough, toKeyhole } from '../outlines/keyhole.js';
import { NAMES, QUANTITIES, ucumUnit, UNITS } from './codes.js';
import {
  codeItemOf,
  containerItem,
  imageItem,
  numberItem,
  outlineItem,
  pointItem,
  textItem,
  uidItem,
} from './content-items.js';

/** The parts of one mask that get a group each; nuclei can be thousands. */
const MOST_PARTS = 50;

/**
 * The measurement groups of one frame's masks. A mask of one part is one planar region (TID 1410); of several parts
 * there is a group for the whole (TID 1501), whose area is the sum, and a region for each of the largest parts, because
 * a diameter across two lungs says nothing.
 */
export function describeMasks(answered: AnsweredFrame, concepts: LabelConcepts): Attributes[] {
  return checkMasks(answered).flatMap((mask) => {
    const parts = splitRle(mask.rle);
    if (parts.length === 1) return [describeRegion(answered, concepts, mask, { rle: parts[0]!, name: mask.label })];
    const regions = parts
      .slice(0, MOST_PARTS)
      .map((rle, at) => describeRegion(answered, concepts, mask, { rle, name: `${mask.label} ${at + 1}` }));
    return [describeWhole(answered, concepts, mask, parts.length), ...regions];
  });
}

/** The groups of classes, or of several labels of one image, most probable first: each a finding with its certainty. */
export function describeClasses(
  answered: AnsweredFrame<ClassificationAnswer | MultilabelAnswer>,
  concepts: LabelConcepts,
): Attributes[] {
  return answered.value.scores.map(({ label, probability }) =>
    containerItem(
      'CONTAINS',
      NAMES.group,
      [
        ...describeTracking(label),
        ...describeFinding(label, { [label]: takeConcept(label, concepts) }),
        ...describeAlgorithm(answered.provenance),
        imageItem('CONTAINS', referenceFrame(answered), NAMES.source),
        numberItem(QUANTITIES.certainty, 100 * probability, UNITS.percent),
        ...commentOn(answered, sayUnsure(answered.value.domain)),
      ],
      '1501',
    ),
  );
}

/** The groups of a regression: each number by the code of its label, with its unit, and its interval in words. */
export function describeValues(answered: AnsweredFrame<RegressionAnswer>, concepts: LabelConcepts): Attributes[] {
  return answered.value.values.map(({ label, value, unit, interval }) => {
    const { type, anatomy } = takeConcept(label, concepts);
    return containerItem(
      'CONTAINS',
      NAMES.group,
      [
        ...describeTracking(label),
        ...(anatomy ? [codeItemOf('HAS CONCEPT MOD', NAMES.site, anatomy)] : []),
        ...describeAlgorithm(answered.provenance),
        imageItem('CONTAINS', referenceFrame(answered), NAMES.source),
        numberItem(type, value, ucumUnit(unit)),
        ...commentOn(answered, interval && sayInterval(interval, unit), sayUnsure(answered.value.domain)),
      ],
      '1501',
    );
  });
}

/** The groups of keypoints: each a place in the image, or the words that it is not there. */
export function describePoints(answered: AnsweredFrame<KeypointsAnswer>, concepts: LabelConcepts): Attributes[] {
  const reference = referenceFrame(answered);
  return answered.value.points.map(({ label, point, presence }) =>
    containerItem(
      'CONTAINS',
      NAMES.group,
      [
        ...describeTracking(label),
        ...describeFinding(label, concepts),
        ...describeAlgorithm(answered.provenance),
        point ? pointItem(NAMES.region, point, reference) : imageItem('CONTAINS', reference, NAMES.source),
        ...(presence === undefined ? [] : [numberItem(QUANTITIES.certainty, 100 * presence, UNITS.percent)]),
        ...commentOn(
          answered,
          point ? undefined : 'No place: the point was not found in the image.',
          sayUnsure(answered.value.domain),
        ),
      ],
      point ? '1410' : '1501',
    ),
  );
}

function sayInterval({ lower, upper, coverage }: PredictionInterval, unit: string): string {
  return `Prediction interval of coverage ${coverage}: ${formatQuantity(lower, unit)} to ${formatQuantity(upper, unit)}.`;
}

interface Part {
  readonly rle: Rle;
  readonly name: string;
}

function describeRegion(
  answered: AnsweredFrame,
  concepts: LabelConcepts,
  mask: ImageMask,
  { rle, name }: Part,
): Attributes {
  const [polygon] = rleToPolygons(rle);
  // Noise with thousands of holes is measured, and not outlined.
  const hasRegion = isSimpleEnough(polygon!);
  const reference = referenceFrame(answered);
  return containerItem(
    'CONTAINS',
    NAMES.group,
    [
      ...describeTracking(name),
      ...describeFinding(mask.label, concepts),
      ...describeAlgorithm(answered.provenance),
      hasRegion
        ? outlineItem(NAMES.region, toKeyhole(polygon!), reference)
        : imageItem('CONTAINS', reference, NAMES.source),
      ...describeCertainty(mask),
      ...describeMeasurements(measureMask(rle, pixelSizeOf(answered))),
      ...commentOn(answered, sayUnsure(mask.domain)),
    ],
    hasRegion ? '1410' : '1501',
  );
}

function describeCertainty(mask: ImageMask): Attributes[] {
  return isPresenceJudged(mask) ? [numberItem(QUANTITIES.certainty, 100 * mask.presence, UNITS.percent)] : [];
}

/**
 * An empty mask is one as well: its area is 0, and its certainty says how sure the head is that there is something. On
 * an image of another kind it is unsure. Of a target that was not answered nothing was measured.
 */
function describeWhole(answered: AnsweredFrame, concepts: LabelConcepts, mask: ImageMask, parts: number): Attributes {
  const { area, unit } = measureMask(mask.rle, pixelSizeOf(answered));
  const outline =
    parts === 0
      ? 'No outline: the target was not found.'
      : `${parts} separate parts; ${Math.min(parts, MOST_PARTS)} of them, the largest, are measured one by one.`;
  const refusal = sayNotAnswered(mask);
  const measured = [
    ...describeCertainty(mask),
    numberItem(QUANTITIES.area, area, unit === 'mm' ? UNITS.mm2 : UNITS.pixels),
  ];
  return containerItem(
    'CONTAINS',
    NAMES.group,
    [
      ...describeTracking(mask.label),
      ...describeFinding(mask.label, concepts),
      ...describeAlgorithm(answered.provenance),
      imageItem('CONTAINS', referenceFrame(answered), NAMES.source),
      ...(refusal === undefined ? measured : []),
      ...commentOn(answered, refusal ?? outline, refusal === undefined ? sayUnsure(mask.domain) : undefined),
    ],
    '1501',
  );
}

/** The caller's pixel size comes first, since only they know a calibration; then the file's geometry. */
function pixelSizeOf({ source, frame = 0, pixelSize }: AnsweredFrame): PixelSize | undefined {
  return pixelSize ?? source.planeOf(frame)?.spacing;
}

function describeMeasurements({ unit, area, perimeter, longestDiameter, ellipse }: MaskMeasurements): Attributes[] {
  const length = unit === 'mm' ? UNITS.mm : UNITS.pixels;
  return [
    numberItem(QUANTITIES.area, area, unit === 'mm' ? UNITS.mm2 : UNITS.pixels),
    numberItem(QUANTITIES.perimeter, perimeter, length),
    ...(longestDiameter ? [numberItem(QUANTITIES.longAxis, longestDiameter.length, length)] : []),
    // A row of pixels fits no ellipse.
    ...(ellipse && ellipse.semiMinor > 0
      ? [
          numberItem(QUANTITIES.majorAxis, 2 * ellipse.semiMajor, length),
          numberItem(QUANTITIES.minorAxis, 2 * ellipse.semiMinor, length),
          numberItem(QUANTITIES.circumference, ellipse.circumference, length),
        ]
      : []),
  ];
}

/** One item of all that is said, and of what the answer itself warns of; none where there is nothing. */
function commentOn(
  { provenance: { warnings = [] } }: Pick<Answered, 'provenance'>,
  ...sentences: readonly (string | undefined)[]
): Attributes[] {
  const text = [...sentences, ...warnings].filter((sentence) => sentence !== undefined).join(' ');
  return text === '' ? [] : [textItem('CONTAINS', NAMES.comment, text)];
}

function describeTracking(name: string): Attributes[] {
  return [
    textItem('HAS OBS CONTEXT', NAMES.trackingId, name),
    uidItem('HAS OBS CONTEXT', NAMES.trackingUid, createUid()),
  ];
}

/** A label without a concept is said in the tracking identifier only. */
function describeFinding(label: string, concepts: LabelConcepts): Attributes[] {
  if (findLabelsWithoutConcept([label], concepts).length > 0) return [];
  const { type, anatomy } = takeConcept(label, concepts);
  return [
    codeItemOf('CONTAINS', NAMES.finding, type),
    ...(anatomy ? [codeItemOf('HAS CONCEPT MOD', NAMES.site, anatomy)] : []),
  ];
}

/** TID 4019. */
function describeAlgorithm(provenance: Provenance): Attributes[] {
  const { head } = provenance;
  return [
    textItem('HAS CONCEPT MOD', NAMES.algorithmName, head.id),
    textItem('HAS CONCEPT MOD', NAMES.algorithmVersion, head.version),
    textItem('HAS CONCEPT MOD', NAMES.algorithmParameters, describeWeights(provenance)),
  ];
}
