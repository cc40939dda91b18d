import type { HeadFacts } from '../head-facts.type.js';
import { error, ok, skipped, type Finding } from '../finding.type.js';

/** Outputs of these names have one entry for each label, along axis 1. */
const PER_LABEL = [
  'logits',
  'exclusive_masks',
  'probabilities',
  'scores',
  'presence',
  'masks',
  'iou',
  'values',
  'keypoints',
  'heatmaps',
  'label_logits',
];

/** As many labels as the model has outputs for. */
export function checkLabels({ model, onnx }: HeadFacts): Finding {
  if (!model || !onnx) return skipped('labels', 'There is no model to count them by.');
  const { labels } = model;
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (labels.length === 0)
    return error('labels', 'model.json names none.', 'Name them in `labels`, in the order of the outputs.');
  if (twice !== undefined)
    return error('labels', `"${twice}" stands there twice.`, 'Name each once, in the order of the outputs.');
  const wrong = onnx.outputs.find(({ name, shape }) => {
    const found = shape[1];
    const mayChoose = labels.length === 1 && (name === 'masks' || name === 'iou');
    const hasBackground = name === 'exclusive_masks' && found === labels.length + 1;
    return (
      PER_LABEL.includes(name) && typeof found === 'number' && found !== labels.length && !mayChoose && !hasBackground
    );
  });
  if (!wrong) return ok('labels', `${labels.length}: ${labels.join(', ')}`);
  return error(
    'labels',
    `The output "${wrong.name}" has ${String(wrong.shape[1])} entries, and there are ${labels.length} labels ` +
      `(${labels.join(', ')}).`,
    'Name one label for each entry in `labels` of model.json, in the order of the output, or train again on the ' +
      'labels that you mean.',
  );
}
