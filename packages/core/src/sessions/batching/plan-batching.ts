import type { Batching, ModelSpec, Session } from '../../contract/index.js';
import { familyOf, findProvider } from '../execution-providers.js';
import type { BatchingOptions } from './batching-options.js';
import { isBatchable } from './batch-tensors.js';

/**
 * On the CPU an image gains nothing from a batch (within 5 %, measured), and a prompt gains a third of its time: its
 * model is small, and half of its time is overhead. A batch of four has nearly all of that gain.
 */
const PROMPTS_ON_CPU: Batching = { maxBatch: 4 };

export interface PlannedModel {
  readonly spec: ModelSpec;
  /** Whether it answers to points or a box, of which an image has many. */
  readonly isPrompted: boolean;
}

/**
 * How runs of this model form batches; undefined if they do not. The config takes precedence over the session, and that
 * over the default.
 */
export function planBatching(
  { provider, batching: own }: Pick<Session, 'provider' | 'batching'>,
  { spec, isPrompted }: PlannedModel,
  options: BatchingOptions = {},
): Batching | undefined {
  if (own === false || !isBatchable(spec)) return undefined;
  const family = familyOf(provider);
  const usual = findProvider(provider)?.batching ?? (family === 'cpu' && isPrompted ? PROMPTS_ON_CPU : undefined);
  const given = Object.hasOwn(options, family) ? options[family] : (own ?? usual);
  return given === false ? undefined : given;
}
