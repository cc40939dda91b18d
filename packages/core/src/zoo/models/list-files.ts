import type { ModelFile } from '../../contract/index.js';
import { chooseFile } from '../../contract/model/model-files.js';
import { familyOf } from '../../sessions/execution-providers.js';
import { planFallbacks } from '../config/plan-providers.js';
import type { ZooConfig } from '../config/zoo-config.js';
import { listModels } from './list-models.js';

/** A file that ONNX Runtime may open for a config. */
export interface ListedFile {
  /** Of the head or the encoder. */
  readonly id: string;
  readonly file: ModelFile;
}

type FilesConfig = Pick<
  ZooConfig,
  'heads' | 'providers' | 'headProviders' | 'encoderProviders' | 'requireGpu' | 'precision'
>;

/** Every file that one of the config's providers may run, each once, in the order of `listModels`. */
export function listFiles({ precision, ...config }: FilesConfig): readonly ListedFile[] {
  const fallbacks = planFallbacks(config);
  const files = new Map<string, ListedFile>();
  for (const { id, spec } of listModels(config.heads)) {
    const { providers } = fallbacks.of(spec) ?? fallbacks.all[0]!;
    for (const provider of providers) {
      const file = chooseFile(spec, familyOf(provider), precision);
      const key = JSON.stringify(file.spec);
      if (!files.has(key)) files.set(key, { id, file });
    }
  }
  return [...files.values()];
}
