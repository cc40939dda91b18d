import { readGolden } from '@medzoo/core/testing';
import { pathToFileURL } from 'node:url';
import type { HeadFacts } from '../facts/head-facts.type.js';
import { error, ok, type Finding } from '../finding.type.js';

/**
 * The golden record, and that its labels stand in the order of model.json. What it says of the stages is for
 * `testHead`.
 */
export function checkGolden({ goldenFile, model }: HeadFacts): Finding {
  if (goldenFile === undefined) {
    return error(
      'golden record',
      'There is none: labels in a wrong order would be noticed by nobody.',
      'Let the exporter write golden.json and its picture beside model.json: npm run train',
    );
  }
  let labels: readonly string[];
  try {
    ({ labels } = readGolden(pathToFileURL(goldenFile)));
  } catch (fault) {
    return error('golden record', (fault as Error).message, 'Write it again with the exporter: npm run train');
  }
  const declared = model?.labels ?? [];
  if (labels.join('\n') === declared.join('\n'))
    return ok('golden record', 'has the labels of model.json, in their order');
  const isSwapped = labels.toSorted().join('\n') === declared.toSorted().join('\n');
  return error(
    'golden record',
    `Its labels are ${labels.join(', ')}; those of model.json are ` +
      `${declared.join(', ')}${isSwapped ? ', in another order' : ''}.`,
    isSwapped
      ? `Put \`labels\` of model.json into the order of training: ${JSON.stringify(labels)}`
      : 'Export both together again: npm run train',
  );
}
