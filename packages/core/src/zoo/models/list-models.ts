import type { Head, ModelFiles } from '../../contract/index.js';
import { filesOfModel } from '../../contract/model/model-files.js';

/** A model that a zoo runs. */
export interface ListedModel {
  /** Of the head or the encoder. */
  readonly id: string;
  readonly spec: ModelFiles;
}

/** Every model of these heads, each once: encoders first, as an image meets them. */
export function listModels(heads: readonly Head[]): readonly ListedModel[] {
  const encoders = heads.map(({ encoder }) => ({ id: encoder.id, spec: filesOfModel(encoder.trained) }));
  const own = heads.map(({ manifest, trained }) => ({ id: manifest.id, spec: filesOfModel(trained) }));
  const models = new Map<string, ListedModel>();
  for (const model of [...encoders, ...own]) {
    const key = JSON.stringify(model.spec);
    if (!models.has(key)) models.set(key, model);
  }
  return [...models.values()];
}
