import { automed } from '@medzoo/automed';
import { MODELS } from '../bare/bare-models.js';

/** What a baseline needs to know about the models, as data. */
export interface ModelSettings {
  readonly encoder: string;
  readonly head: string;
  readonly width: number;
  readonly height: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly labels: readonly string[];
  /** From which presence a target is there at all, by label. */
  readonly presence: Readonly<Record<string, number>>;
  /** Names of onnxruntime's own. */
  readonly providers: readonly string[];
  /** Null: as many as onnxruntime likes. */
  readonly threads: number | null;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  cpu: 'CPUExecutionProvider',
};

/** `provider` is medzoo's name for it. */
export function describeModels(provider: string, threads: number | null): ModelSettings {
  const { size, mean, std } = automed.encoder.trained.preprocess;
  return {
    ...MODELS,
    ...size,
    mean,
    std,
    labels: automed.trained.labels,
    presence: automed.trained.presenceThresholds ?? {},
    providers: [PROVIDERS[provider.replace(/:\d+$/, '')] ?? 'CPUExecutionProvider', 'CPUExecutionProvider'],
    threads,
  };
}
