import type { z } from 'zod';
import { ZooError } from '../errors/errors.js';
import { sayMissing } from '../text/say-missing.js';
import { trainedEncoder, trainedModel, type TrainedEncoder, type TrainedModel } from './trained-model.js';
import type { WeightsFile } from './model-spec.js';
import { adviseToUpdate, listFaults } from './schema/strict-object.js';

/**
 * Checks the content of a head's model.json; throws INVALID_MANIFEST, which names the path in the file. Relative
 * addresses of weights, those of variants too, are resolved against `location`, where the file lies, such as
 * `new URL('../weights/model.json', import.meta.url)`.
 */
export function parseTrainedModel(json: unknown, location: URL): TrainedModel {
  return resolveWeights(parse(trainedModel, json, location), location);
}

/** As `parseTrainedModel`, for an encoder's file, which also says how images are preprocessed. */
export function parseTrainedEncoder(json: unknown, location: URL): TrainedEncoder {
  return resolveWeights(parse(trainedEncoder, json, location), location);
}

function parse<T>(schema: z.ZodType<T>, json: unknown, { protocol, host, pathname }: URL): T {
  const { success, data, error } = schema.safeParse(json, { error: sayMissing });
  if (success) return data;
  const faults = listFaults(error, '(file)');
  const lines = faults.map(({ path, message }) => `${path}: ${message}`);
  throw new ZooError(
    'INVALID_MANIFEST',
    `The model file ${protocol}//${host}${pathname} is not valid. Mend these in its exporter: ${lines.join('; ')}.` +
      adviseToUpdate(error),
    { details: { issues: faults.map((fault) => ({ ...fault })) } },
  );
}

function resolveWeights<T extends TrainedModel>(trained: T, location: URL): T {
  const variants = trained.variants?.map((variant, index) => resolveBoth(variant, location, `variants.${index}`));
  return Object.freeze({
    ...trained,
    model: resolveBoth(trained.model, location, 'model'),
    ...(variants && { variants: Object.freeze(variants) }),
  });
}

/** A model's file, and that of its external data. */
function resolveBoth<F extends WeightsFile & { readonly data?: WeightsFile }>(file: F, location: URL, path: string): F {
  const data = file.data && resolveFile(file.data, location, `${path}.data.url`);
  return Object.freeze({ ...resolveFile(file, location, `${path}.url`), ...(data && { data }) });
}

function resolveFile<F extends WeightsFile>(file: F, location: URL, path: string): F {
  const url = URL.canParse(file.url, location.href) ? new URL(file.url, location) : undefined;
  if (url && (url.protocol !== 'file:' || location.protocol === 'file:'))
    return Object.freeze({ ...file, url: url.href });
  throw new ZooError(
    'INVALID_MANIFEST',
    url
      ? `A model file from the network names weights on this machine, ${file.url}. Mend ${path}: relative to ` +
          'the model file, or https.'
      : `The model file names weights at ${file.url}, which is no URL. Mend ${path} in its exporter.`,
  );
}
