/** Outputs of these names have one entry per label: along axis 1, or along the last where there are at most two. */
const PER_LABEL: readonly string[] = [
  ...['logits', 'probabilities', 'scores', 'presence', 'masks', 'iou', 'values', 'keypoints', 'heatmaps'],
  ...['label_logits', 'exclusive_masks'],
];

/** Of these, a model may have one more than labels: the first is what has none. */
const MAY_HAVE_BACKGROUND: readonly string[] = ['exclusive_masks'];

/** Of these, a model with one label may give several to choose from, as a promptable one does. */
const MAY_HAVE_CANDIDATES: readonly string[] = ['masks', 'iou'];

/**
 * How many entries an output has that should have one for each label, and has not; undefined for one that has as many,
 * whose number is free, or that is not about labels.
 */
export function findMiscount(
  { name, shape }: { readonly name: string; readonly shape: readonly (number | string)[] },
  labels: readonly string[],
): number | undefined {
  if (!PER_LABEL.includes(name)) return undefined;
  const found = shape.length > 2 ? shape[1] : shape.at(-1);
  if (typeof found !== 'number' || found === labels.length) return undefined;
  if (found === labels.length + 1 && MAY_HAVE_BACKGROUND.includes(name)) return undefined;
  return labels.length === 1 && MAY_HAVE_CANDIDATES.includes(name) ? undefined : found;
}
