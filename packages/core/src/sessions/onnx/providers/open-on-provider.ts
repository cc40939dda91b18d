import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderChoice } from './parse-provider.js';

/** Says onnxruntime when the session may not fall back to the CPU and some node of the model can run nowhere else. */
const NEEDS_CPU = 'assigned to the default CPU EP';

/** Threads of one run on the CPU. */
export interface CpuThreads {
  readonly count: number;
  /**
   * Whether they wait for one another in a loop, until the run ends: a run of several threads takes a fifth less time,
   * and half as long again where other runs use the same cores.
   */
  readonly isSpinning: boolean;
}

/**
 * Opens a model on one provider, and says which one it runs on. Asks for one at a time: in a list, onnxruntime drops
 * those that are absent and runs on the CPU. On any other provider the session may not fall back to the CPU; a model of
 * which some nodes run only there is opened with that said in its provider's name, such as `cuda:0+cpu`. Rejects when
 * the provider cannot be used.
 */
export async function openOnProvider<S>(
  { id, provider }: ProviderChoice,
  { count, isSpinning }: CpuThreads,
  create: (options: InferenceSession.SessionOptions) => Promise<S>,
): Promise<{ readonly session: S; readonly provider: string }> {
  const open = (mayFallBack: boolean): Promise<S> =>
    create({
      executionProviders: [provider],
      intraOpNumThreads: count,
      interOpNumThreads: 1,
      logSeverityLevel: 4, // a provider that cannot be used is no fault yet; whatever matters is thrown
      extra: {
        'session.disable_cpu_ep_fallback': mayFallBack ? '0' : '1',
        // Between two runs, spinning threads would take the time of every other process in the container.
        'session.intra_op.allow_spinning': isSpinning && count > 1 ? '1' : '0',
        'session.force_spinning_stop': '1',
      },
    });
  if (provider.name === 'cpu') return { session: await open(true), provider: id };
  try {
    return { session: await open(false), provider: id };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes(NEEDS_CPU))) throw error;
    return { session: await open(true), provider: `${id}+cpu` };
  }
}
