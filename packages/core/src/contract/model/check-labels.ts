import type { z } from 'zod';

interface Labelled {
  readonly labels: readonly string[];
  readonly model: { readonly outputs: readonly Output[] };
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly presenceThresholds?: Readonly<Record<string, number>>;
  readonly concepts?: Readonly<Record<string, unknown>>;
  readonly quantities?: Readonly<Record<string, unknown>>;
  readonly calibration?: {
    readonly conformal?: {
      readonly quantiles: Readonly<Record<string, number>>;
      readonly counts?: Readonly<Record<string, number>>;
    };
  };
  readonly metrics: readonly { readonly label?: string }[];
  readonly domains?: readonly { readonly labels?: readonly string[] }[];
}

interface Output {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/**
 * What is said by label is said about labels that exist, and outputs that have one entry per label have as many as
 * there are labels.
 */
export function checkLabels(trained: Labelled, context: z.RefinementCtx): void {
  const { labels, model, concepts = {}, thresholds = {}, presenceThresholds = {}, calibration, metrics } = trained;
  const { domains = [], quantities = {} } = trained;
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (new Set(labels).size < labels.length) refuse(['labels'], 'a label stands here twice');
  for (const [field, values] of Object.entries({
    concepts,
    thresholds,
    presenceThresholds,
    quantities,
    'calibration.conformal.quantiles': calibration?.conformal?.quantiles ?? {},
    'calibration.conformal.counts': calibration?.conformal?.counts ?? {},
  })) {
    const unknown = Object.keys(values).find((label) => !labels.includes(label));
    if (unknown !== undefined) refuse([...field.split('.'), unknown], `is not one of the labels ${labels.join(', ')}`);
  }
  for (const [index, { label }] of metrics.entries()) {
    if (label === undefined || labels.includes(label)) continue;
    refuse(['metrics', String(index), 'label'], `is not one of the labels ${labels.join(', ')}`);
  }
  for (const [index, domain] of domains.entries()) {
    const fault = findDomainFault(domain.labels, labels, domains.slice(0, index));
    if (fault !== undefined) refuse(['domains', String(index), 'labels'], fault);
  }
  for (const [index, output] of model.outputs.entries()) {
    const fault = labels.length > 0 ? findCountFault(output, labels) : undefined;
    if (fault !== undefined) refuse(['model', 'outputs', String(index), 'shape'], fault);
  }
}

/** A label has one domain at most; one without labels is about all of them. */
function findDomainFault(
  own: readonly string[] | undefined,
  labels: readonly string[],
  before: readonly { readonly labels?: readonly string[] }[],
): string | undefined {
  const about = own ?? labels;
  const unknown = about.find((label) => !labels.includes(label));
  if (unknown !== undefined) return `"${unknown}" is not one of the labels ${labels.join(', ')}`;
  const twice = about.find((label, index) => {
    const isAbout = (domain: { readonly labels?: readonly string[] }) => (domain.labels ?? labels).includes(label);
    return about.indexOf(label) < index || before.some(isAbout);
  });
  return twice === undefined ? undefined : `"${twice}" has a domain already; a label has one`;
}

/** Outputs of these names have one entry per label: along axis 1, or along the last where there are at most two. */
const PER_LABEL = [
  ...['logits', 'probabilities', 'scores', 'presence', 'masks', 'iou', 'values', 'keypoints', 'heatmaps'],
  ...['label_logits', 'exclusive_masks'],
];

/** Of these, a model may have one more than labels: the first is what has none. */
const MAY_HAVE_BACKGROUND = ['exclusive_masks'];

/** Of these, a model with one label may give several to choose from, as a promptable one does. */
const MAY_HAVE_CANDIDATES = ['masks', 'iou'];

function findCountFault({ name, shape }: Output, labels: readonly string[]): string | undefined {
  if (!PER_LABEL.includes(name)) return undefined;
  const found = shape.length > 2 ? shape[1] : shape.at(-1);
  if (typeof found !== 'number' || found === labels.length) return undefined;
  if (found === labels.length + 1 && MAY_HAVE_BACKGROUND.includes(name)) return undefined;
  if (labels.length === 1 && MAY_HAVE_CANDIDATES.includes(name)) return undefined;
  return (
    `"${name}" has ${found} entries, and there are ${labels.length} labels (${labels.join(', ')}); ` +
    'name one label for each entry, in the order of the output, or give the output another name'
  );
}
