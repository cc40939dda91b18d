import { checkParams, ZooError, type Encoder, type Head } from '../../contract/index.js';
import { describeTensors } from '../../model/describe-tensors.js';
import { findBatchFault } from '../../model/head/find-batch-fault.js';
import { findEncoderFault } from '../../model/head/find-encoder-fault.js';
import { findInputFault } from '../../model/head/find-input-fault.js';
import type { HeadFault } from '../../model/head/head-fault.js';
import { checkModel } from '../../tasks/index.js';
import { domainKey, encoderKey, variantsKey } from '../cache/cache-keys.js';
import { checkDecoding } from './check-decoding.js';
import { checkDomains } from './check-domains.js';
import { parseHead } from './parse-head.js';
import { countOf } from '../../contract/text/count-of.js';

/**
 * Checks the heads of a zoo, holds them against one another and each against its encoder. Throws INVALID_MANIFEST,
 * which names the head and the path, or MODEL_MISMATCH for a head on an encoder that it was not trained on. A head's id
 * is how it is asked for, so there is one of each; an encoder's id has one digest and one preprocessing, or two heads
 * would silently read different embeddings. Gives back the heads with data of their own, frozen.
 */
export function checkHeads(given: readonly unknown[]): readonly Head[] {
  const heads = Array.from(given, parseHead);
  const ids = new Set<string>();
  const encoders = new Map<string, Encoder>();
  for (const head of heads) {
    const { manifest, encoder } = head;
    if (ids.has(manifest.id)) throw invalid(`Two heads have the id "${manifest.id}". Leave one out of the config.`);
    ids.add(manifest.id);
    checkDefaults(head);
    checkTrainedOn(head);
    checkModel(head);

    const known = encoders.get(encoder.id);
    if (known && encoderKey(known.trained) !== encoderKey(encoder.trained)) {
      throw invalid(differ(known, encoder, manifest.id));
    }
    if (known && domainKey(known.trained) !== domainKey(encoder.trained)) {
      throw invalid(
        `The head "${manifest.id}" brings the encoder "${encoder.id}" with another \`domain\` than the heads ` +
          'before it: their scores would be measured on different scales. Install one release of the encoder for ' +
          'all of them.',
      );
    }
    if (known && variantsKey(known.trained) !== variantsKey(encoder.trained)) {
      throw invalid(
        `The head "${manifest.id}" brings the encoder "${encoder.id}" with other \`variants\` than the heads before it: ` +
          'they would read embeddings of different files. Install one release of the encoder for all of them.',
      );
    }
    if (!known) checkEncoder(encoder);
    encoders.set(encoder.id, encoder);
    checkFed(head);
    checkDecoding(head);
    checkDomains(head);
  }
  return heads;
}

/** Else every caller would be told that a param is wrong which they never gave. */
function checkDefaults({ manifest, trained }: Head): void {
  try {
    checkParams(manifest.params, {}, trained.labels);
  } catch (error) {
    throw invalid(`The head "${manifest.id}" has a default that it would refuse: ${(error as Error).message}`);
  }
}

/** Embeddings of another encoder, or of one that the head does not name, would make it wrong without a sign of it. */
function checkTrainedOn({ manifest: { id }, encoder, trained }: Head): void {
  const fault = findEncoderFault(trained.encoder, encoder);
  if (!fault) return;
  if (!trained.encoder) throw cannotServe(id, fault);
  const details = {
    ...{ head: id, expected: { ...trained.encoder } },
    found: { id: encoder.id, sha256: encoder.trained.model.sha256 },
  };
  throw new ZooError('MODEL_MISMATCH', sayCannotServe(id, fault), { details });
}

function checkEncoder({ id, trained: { model, preprocess } }: Encoder): void {
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw invalid(
      `The encoder "${id}" must take one tensor and give one; it declares ` +
        `${countOf(inputs.length, 'input')} and ${countOf(outputs.length, 'output')}.`,
    );
  }
  const { width, height } = preprocess.size;
  const image = [1, preprocess.channels === 'gray' ? 1 : 3, height, width];
  const { dtype, shape } = inputs[0]!;
  const fits =
    shape.length === 4 && shape.every((length, axis) => typeof length === 'string' || length === image[axis]);
  if (dtype === 'float32' && fits) return;
  throw invalid(
    `The encoder "${id}" is fed one image, float32 [${image.join(', ')}] by its preprocess; it declares ` +
      `${describeTensors(inputs)}. Export it with a free first dimension, such as "batch", and with the size that ` +
      'preprocess names.',
  );
}

/** That the model gets what it takes, alone and with other images. */
function checkFed(head: Head): void {
  const {
    manifest,
    trained: { model, labels, preprocess },
  } = head;
  if (labels.length === 0) {
    throw invalid(`The head "${manifest.id}" has no labels. Name what it answers in \`labels\` of its model file.`);
  }
  const [unused] = Object.keys(preprocess ?? {}).filter((key) => key !== 'window');
  if (unused !== undefined) {
    throw invalid(
      `The head "${manifest.id}" has \`preprocess.${unused}\` in its model file, which nothing would apply: a ` +
        'head reads what its encoder prepared, and says at most which `window` it was trained on. Take it out, or ' +
        'use the file as that of an encoder.',
    );
  }
  const fault = findInputFault(model.inputs, head) ?? findBatchFault(model);
  if (fault) throw cannotServe(manifest.id, fault);
}

function differ(a: Encoder, b: Encoder, headId: string): string {
  return (
    `The head "${headId}" was trained on another encoder "${b.id}" than the heads before it: ${b.trained.version} ` +
    `(digest ${b.trained.model.sha256}), theirs ${a.trained.version} (digest ${a.trained.model.sha256}), or another ` +
    "preprocessing. Install releases of the heads' packages that go together; `npm ls` says which encoder each has."
  );
}

function cannotServe(id: string, fault: HeadFault): ZooError {
  return invalid(sayCannotServe(id, fault));
}

function sayCannotServe(id: string, { message, fix }: HeadFault): string {
  return `The head "${id}" cannot be served. ${message} ${fix}`;
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
