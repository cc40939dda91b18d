import type { Encoder, EncoderIdentity } from '../../contract/index.js';
import type { HeadFault } from './head-fault.js';

/**
 * Whether a head says which encoder it was trained on, and whether that is the one that it would run on. Embeddings of
 * another encoder have the same shape and mean nothing to the head: its answers would be wrong without a sign of it.
 */
export function findEncoderFault(
  declared: Partial<EncoderIdentity> | undefined,
  { id, trained: { model, variants = [] } }: Encoder,
): HeadFault | undefined {
  const { sha256 } = model;
  const line = `"encoder": { "id": "${id}", "sha256": "${sha256}" }`;
  if (declared?.sha256 === undefined || declared.sha256 === '') {
    return {
      message:
        `The model file does not say which encoder the head was trained on: \`encoder\` with its digest was ` +
        `expected, and ${declared === undefined ? 'there is none' : 'there is no digest'}. Nobody would notice if the head ran ` +
        'on another one.',
      fix:
        'Train on the embeddings of `medzoo embed`, whose embed.json carries the digest. If you are sure that it was ' +
        `"${id}", write ${line}.`,
    };
  }
  if (declared.sha256 === sha256) return undefined;
  const variant = variants.find((one) => one.sha256 === declared.sha256);
  if (variant) {
    return {
      message:
        `The model file names the encoder by the digest of its variant "${variant.precision}"; an encoder is named ` +
        `by that of its model, ${sha256}, whichever file runs.`,
      fix: `Write ${line} into it, as embed.json of \`medzoo embed\` has it.`,
    };
  }
  return {
    message:
      `The head was trained on the encoder "${declared.id ?? ''}" (digest ${declared.sha256}), and it would run on ` +
      `"${id}" (digest ${sha256}): its answers would mean nothing.`,
    fix:
      `Use "${declared.id ?? ''}" with that digest, such as the release of its package that the head was made with; ` +
      `or embed the images with "${id}" and train on that: npx medzoo embed --data DIR --out emb --replace, npm run ` +
      'train.',
  };
}
