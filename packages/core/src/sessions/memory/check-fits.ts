import { ZooError, type ModelSpec } from '../../contract/index.js';
import { formatBytes } from '../../contract/text/format-bytes.js';

/**
 * Throws BACKEND_UNAVAILABLE for a model that would need more than all there is for models on this device. What counts
 * is the declared need, which is known beforehand: whether a model is refused must not depend on what else has run.
 */
export function checkFits(
  { sha256 }: ModelSpec,
  needBytes: number,
  { device, budgetBytes }: { readonly device: string; readonly budgetBytes: number },
): void {
  if (needBytes <= budgetBytes) return;
  throw new ZooError(
    'BACKEND_UNAVAILABLE',
    `A model needs about ${formatBytes(needBytes)} (digest ${sha256}), and memoryBudget gives the models ` +
      `of a process ${formatBytes(budgetBytes)} of "${device}": raise it, or leave the model's head out.`,
    { details: { device, needBytes, budgetBytes, sha256 } },
  );
}
