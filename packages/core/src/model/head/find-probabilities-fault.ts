import type { HeadFault } from './head-fault.js';

const SOFTMAX = { operator: 'Softmax', harm: 'A second softmax would make all labels alike.' } as const;
const SIGMOID = { operator: 'Sigmoid', harm: 'A second sigmoid would put every one of them above 0.5.' } as const;

/** By the name of an output that holds logits: what medzoo applies to it, which the graph must not do before. */
const APPLIED: Readonly<Record<string, { readonly operator: string; readonly harm: string }>> = {
  ...{ logits: SOFTMAX, exclusive_masks: SOFTMAX, masks: SIGMOID, label_logits: SIGMOID },
};

/**
 * Whether an output that should hold logits ends with what medzoo itself applies to logits. `madeBy` says, for each
 * output of a graph, which operator makes it.
 */
export function findProbabilitiesFault(madeBy: Readonly<Record<string, string>>): HeadFault | undefined {
  for (const [output, operator] of Object.entries(madeBy)) {
    const applied = Object.hasOwn(APPLIED, output) ? APPLIED[output] : undefined;
    if (applied?.operator !== operator) continue;
    return {
      message:
        `The output "${output}" must hold logits, and it holds probabilities: the graph ends with a ${operator}. ` +
        applied.harm,
      fix: `Leave the ${operator.toLowerCase()} out of the exported graph: medzoo applies it.`,
    };
  }
  return undefined;
}
