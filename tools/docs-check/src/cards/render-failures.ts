import {
  isOwnKind,
  LEAST_DICE,
  MOST_LOSS,
  type CardTask,
  type ClassFinding,
  type Failures,
  type Finding,
  type FindingOf,
  type MaskFinding,
  type Outcome,
} from '@medzoo/cards';
import { table } from '@medzoo/cli';

const REFUSED = 'If the head refuses an image of its own kind as out of its domain, that is a failure too.';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  passed: 'Does not fail',
  failed: 'Fails',
  refused: 'Fails, refused',
};

const WORDS: Readonly<Record<CardTask, string>> = {
  segmentation:
    'Left: the phantom, its truth outlined in orange, a prompt in yellow. Right: the answer in blue. ' +
    `It counts as a failure if Dice is below ${LEAST_DICE}, or ${MOST_LOSS} below that of the easier phantom, ` +
    `or if a target is found that is not there. ${REFUSED}`,
  classification:
    'Left: the phantom, what was drawn into it outlined in orange. Right: where the head looked, from least to most. ' +
    'It counts as a failure if the most probable label is not what was drawn; ' +
    'for an image of another kind, if the head settles on one label. ' +
    REFUSED,
};

/** What a head gets wrong, with pictures that lie in `folder` as the document sees it. */
export function renderFailures({ cases }: Failures, folder: string): string[] {
  const [first] = cases;
  if (first === undefined) return [];
  const failed = cases.filter(({ outcome }) => outcome !== 'passed').length;
  const refusals = countRefusals(cases);
  const rows = cases.map((finding) => [
    `![${finding.id.replaceAll('-', ' ')}](${folder}/${finding.picture})`,
    `${finding.shows} **${OUTCOMES[finding.outcome]}:** ${describeFinding(finding)}`,
  ]);
  return [
    '#### Known failures',
    'Kinds of error that heads of this design made on real images of the validation split, ' +
      'drawn as phantoms, since those may not be copied. ' +
      'The pictures show what an error looks like, not how often it happens: that is in the numbers above. ' +
      `${WORDS[first.task]} ` +
      `These weights fail on ${failed} of ${cases.length}${refusals ? `: the head refuses ${refusals}` : ''}.`,
    table(['phantom, and what the head answers', 'what is hard, and how it went'], rows),
  ];
}

/** "3 of 4 phantoms of its own kind"; undefined where none of those is refused. */
export function countRefusals(cases: readonly Finding[]): string | undefined {
  const refused = cases.filter(({ outcome }) => outcome === 'refused').length;
  return refused === 0 ? undefined : `${refused} of ${cases.filter(isOwnKind).length} phantoms of its own kind`;
}

const DESCRIBE: { readonly [T in CardTask]: (finding: FindingOf<T>) => string } = {
  segmentation: describeMask,
  classification: describeClass,
};

function describeFinding(finding: Finding): string {
  const { refused_as: kind } = finding;
  const words = describeAnswer(finding);
  return kind === null
    ? words
    : `It refuses the image, which it takes for something most like ${kind}. Asked all the same: ${words}`;
}

function describeAnswer(finding: Finding): string {
  return DESCRIBE[finding.task](finding as never);
}

function describeMask(finding: MaskFinding): string {
  const { target, dice, called_absent: isAbsent, presence, regions, objects, also_found: others, plain } = finding;
  const sentences = [
    `Dice ${dice.toFixed(2)}${plain ? `; ${plain.words} ${plain.dice.toFixed(2)}` : ''}.`,
    ...(isAbsent ? [`The head says that it is not there (presence ${presence.toFixed(2)}).`] : []),
    ...(objects === null || isAbsent ? [] : [`${objects} ${nameOf(target)} in ${regions} regions.`]),
    ...(others.length > 0 ? [`It also finds what is not there: ${others.map(nameOf).join(', ')}.`] : []),
  ];
  return sentences.join(' ');
}

function describeClass({ drawn, label, probability, drawn_probability, plausible, plain }: ClassFinding): string {
  const asked =
    drawn === null || drawn === label ? '' : ` where ${drawn} was drawn (${(drawn_probability ?? 0).toFixed(2)})`;
  const sentences = [
    `${label} ${probability.toFixed(2)}${asked}.`,
    ...(plausible ? [describePlausible(plausible)] : []),
    ...(plain
      ? [
          `For comparison, ${plain.words}: ${plain.drawn} ${plain.drawn_probability.toFixed(2)}` +
            `${plain.label === plain.drawn ? '' : `, so ${plain.label}`}.`,
        ]
      : []),
  ];
  return sentences.join(' ');
}

function describePlausible({ labels, error_rate: rate }: NonNullable<ClassFinding['plausible']>): string {
  const at = `at an error rate of ${rate}`;
  return labels.length === 0 ? `No label fits ${at}.` : `Not ruled out ${at}: ${labels.join(', ')}.`;
}

function nameOf(label: string): string {
  return label.replaceAll('_', ' ');
}
