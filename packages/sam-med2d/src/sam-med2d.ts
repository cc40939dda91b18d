import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { readEncoderFile, readModelFile } from '@medzoo/core/model';
import { promptableOn, type PromptableManifest } from './promptable.js';

export interface SamMed2dOptions<Id extends string> {
  /** model.json of a converted checkpoint, with decoder.json beside it; a path from the working directory, or a URL. */
  readonly model: string | URL;
  /** The head's id in requests; 'sam-med2d' if left out. */
  readonly id?: Id;
}

/**
 * The promptable head on a SAM-Med2D of your own, converted by `python -m medzoo_train.convert`; its encoder comes with it.
 * Throws INVALID_MANIFEST when a file is not a model file.
 */
export function samMed2d<const Id extends string = 'sam-med2d'>({
  model,
  id,
}: SamMed2dOptions<Id>): Head<PromptableManifest<Id>> {
  const location = model instanceof URL ? model : pathToFileURL(resolve(model));
  const trained = readEncoderFile(location);
  return promptableOn(
    { id: trained.name, trained },
    readModelFile(new URL('./decoder.json', location)),
    id ?? ('sam-med2d' as Id),
  );
}
