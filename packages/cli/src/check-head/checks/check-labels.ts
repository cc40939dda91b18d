import { findMiscount } from '@medzoo/core/model';
import type { HeadFacts } from '../facts/head-facts.type.js';
import { countOf } from '../../terminal/format.js';
import { error, ok, skipped, type Finding } from '../finding.type.js';

/** As many labels as the model has outputs for. */
export function checkLabels({ model, onnx }: HeadFacts): Finding {
  if (!model || !onnx) return skipped('labels', 'There is no model to count them by.');
  const { labels } = model;
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (labels.length === 0)
    return error('labels', 'model.json names none.', 'Name them in `labels`, in the order of the outputs.');
  if (twice !== undefined)
    return error('labels', `"${twice}" stands there twice.`, 'Name each once, in the order of the outputs.');
  const wrong = onnx.outputs.find((output) => findMiscount(output, labels) !== undefined);
  if (!wrong) return ok('labels', `${labels.length}: ${labels.join(', ')}`);
  const { name } = wrong;
  const found = findMiscount(wrong, labels)!;
  const withBackground = name === BACKGROUND_FIRST ? ' (the first of the background)' : '';
  return error(
    'labels',
    `The output "${name}" has ${countOf(found, 'entry', 'entries')}${withBackground} for ` +
      `${countOf(labels.length, 'label')} (${labels.join(', ')}); expected ${entriesOf(name, labels)}.`,
    describeWayOut(name, found, labels),
  );
}

/** Of masks that exclude one another, the first entry is of what has no label. */
const BACKGROUND_FIRST = 'exclusive_masks';

function entriesOf(output: string, labels: readonly string[]): number {
  return labels.length + (output === BACKGROUND_FIRST ? 1 : 0);
}

/** Either number may be the wrong one: the line that mends model.json, and the command that mends the model. */
function describeWayOut(output: string, found: number, labels: readonly string[]): string {
  const wanted = Math.max(0, found - entriesOf(output, labels) + labels.length);
  const named = [...labels.slice(0, wanted), ...Array.from({ length: Math.max(0, wanted - labels.length) }, () => '…')];
  const change = wanted > labels.length ? `name the missing ${wanted - labels.length}` : `keep ${wanted}`;
  const options =
    output === 'values' ? labels.map((label) => `--quantity "${label}=UNIT"`) : [`--labels "${labels.join()}"`];
  return (
    `If the model is right, ${change} in model.json, in the order of the output: "labels": ${JSON.stringify(named)}. ` +
    `If \`labels\` is right, train on it: npm run train -- ${options.join(' ')}` +
    (found > entriesOf(output, labels) && output !== 'values'
      ? ' --leave-out OTHER, where OTHER is each label of the images that is none of these, with commas between'
      : '')
  );
}
