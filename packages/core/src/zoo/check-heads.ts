import { checkParams, ZooError, type Encoder, type Head } from '../contract/index.js';

/**
 * Holds the heads of a zoo against one another and each against its encoder; throws INVALID_MANIFEST, or MODEL_MISMATCH for a head on an
 * encoder that it was not trained on. A head's id is how it is asked for, so there is one of each;
 * an encoder's id has one digest and one preprocessing, or two heads would silently read different embeddings.
 */
export function checkHeads(heads: readonly Head[]): void {
  const ids = new Set<string>();
  const encoders = new Map<string, Encoder>();
  for (const head of heads) {
    const { manifest, encoder } = head;
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(manifest.id)) {
      throw invalid(`A head's id is lower-case words joined by hyphens, such as "lung-mask"; got "${manifest.id}".`);
    }
    if (ids.has(manifest.id)) throw invalid(`Two heads have the id "${manifest.id}". Leave one out of the config.`);
    ids.add(manifest.id);
    checkDefaults(head);
    checkTrainedOn(head);

    const known = encoders.get(encoder.id);
    if (known && !isSame(known, encoder)) throw invalid(differ(known, encoder, manifest.id));
    if (!known) checkEncoder(encoder);
    encoders.set(encoder.id, encoder);
  }
}

/** Else every caller would be told that a param is wrong which they never gave. */
function checkDefaults({ manifest, trained }: Head): void {
  try {
    checkParams(manifest.params, {}, trained.labels);
  } catch (error) {
    throw invalid(`The head "${manifest.id}" has a default that it would refuse: ${(error as Error).message}`);
  }
}

/** Embeddings of another encoder have the same shape and mean nothing to the head: its answers would be wrong without a sign of it. */
function checkTrainedOn({ manifest, encoder, trained: { encoder: known } }: Head): void {
  const { sha256 } = encoder.trained.model;
  if (!known || known.sha256 === sha256) return;
  throw new ZooError(
    'MODEL_MISMATCH',
    `The head "${manifest.id}" was trained on the encoder "${known.id}" (digest ${known.sha256}), given "${encoder.id}" (digest ${sha256}); ` +
      `use "${known.id}" with that digest, such as the release of its package that this head was made with, or train the head on "${encoder.id}".`,
    { details: { head: manifest.id, expected: { ...known }, found: { id: encoder.id, sha256 } } },
  );
}

function checkEncoder({ id, trained: { model } }: Encoder): void {
  const { inputs, outputs } = model;
  if (inputs.length === 1 && outputs.length === 1) return;
  throw invalid(
    `The encoder "${id}" must take one tensor and give one; it declares ${inputs.length} inputs and ${outputs.length} outputs.`,
  );
}

function isSame(a: Encoder, b: Encoder): boolean {
  return (
    a.trained.model.sha256 === b.trained.model.sha256 &&
    JSON.stringify(a.trained.preprocess) === JSON.stringify(b.trained.preprocess)
  );
}

function differ(a: Encoder, b: Encoder, headId: string): string {
  return (
    `The head "${headId}" was trained on another encoder "${b.id}" than the heads before it: digest ${b.trained.model.sha256}, ` +
    `theirs ${a.trained.model.sha256}, or another preprocessing. Install heads that were trained on the same one.`
  );
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
