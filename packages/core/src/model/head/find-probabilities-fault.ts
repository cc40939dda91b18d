import type { HeadFault } from './head-fault.js';

/** What medzoo applies to logits, and what becomes of probabilities. */
const SOFTMAX = { name: 'softmax', harm: 'A softmax of probabilities makes all labels alike.' } as const;
const SIGMOID = { name: 'sigmoid', harm: 'A sigmoid of probabilities puts every one of them above 0.5.' } as const;

/** By the name of an output that holds logits. */
const APPLIED: Readonly<Record<string, { readonly name: string; readonly harm: string }>> = {
  logits: SOFTMAX,
  exclusive_masks: SOFTMAX,
  masks: SIGMOID,
  label_logits: SIGMOID,
};

/** What makes probabilities of logits: each of them is wrong at the end of each of those outputs. */
const MAKES_PROBABILITIES: readonly string[] = ['Softmax', 'Sigmoid', 'HardSigmoid'];

/**
 * Whether an output that should hold logits holds probabilities, to which medzoo would apply its own function again.
 * `madeBy` says, for each output of a graph, which operator makes it.
 */
export function findProbabilitiesFault(madeBy: Readonly<Record<string, string>>): HeadFault | undefined {
  for (const [output, operator] of Object.entries(madeBy)) {
    const applied = Object.hasOwn(APPLIED, output) ? APPLIED[output] : undefined;
    if (!applied || !MAKES_PROBABILITIES.includes(operator)) continue;
    return {
      message:
        `The output "${output}" must hold logits, and it holds probabilities: the graph ends with a ${operator}. ` +
        applied.harm,
      fix:
        `Leave the ${operator.toLowerCase()} out of the exported graph: medzoo applies a ${applied.name} to this ` +
        'output.',
    };
  }
  return undefined;
}
