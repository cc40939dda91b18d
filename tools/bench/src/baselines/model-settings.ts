import { automed } from '@medzoo/automed';
import { findModels, type ModelPaths, type Weights } from '../bare/bare-models.js';

/** What a baseline needs to know about the models, as data. */
export interface ModelSettings extends ModelPaths {
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

export interface ChosenModels {
  /** medzoo's name for it. */
  readonly provider: string;
  /** Null for onnxruntime's own choice. */
  readonly threads: number | null;
  /** 'shipped' if left out. */
  readonly weights?: Weights;
}

export function describeModels({ provider, threads, weights }: ChosenModels): ModelSettings {
  const { size, mean, std } = automed.encoder.trained.preprocess;
  return {
    ...findModels(provider, weights),
    ...size,
    mean,
    std,
    labels: automed.trained.labels,
    presence: automed.trained.presenceThresholds ?? {},
    providers: [PROVIDERS[provider.replace(/:\d+$/, '')] ?? 'CPUExecutionProvider', 'CPUExecutionProvider'],
    threads,
  };
}
