import type { Encoder } from '@medzoo/core/contract';
import type { HeadFacts } from '../head-facts.type.js';
import { error, ok, skipped, type Finding } from '../finding.type.js';

/**
 * Which encoder it was trained on, and whether that is the one it will run on. `usual` is the encoder of a head whose
 * code cannot be loaded.
 */
export function checkEncoder({ model, head, onnx }: HeadFacts, usual: Encoder): Finding[] {
  if (!model) return [skipped('encoder', 'There is no model.json to read it in.')];
  const { id, trained } = head?.encoder ?? usual;
  return [checkDigest(model.encoder, { id, trained }), ...(onnx ? [checkShape(onnx, { id, trained })] : [])];
}

function checkDigest(
  declared: { readonly id: string; readonly sha256: string } | undefined,
  { id, trained: { model, variants = [] } }: Encoder,
): Finding {
  const digest = model.sha256;
  if (declared === undefined || declared.sha256 === '') {
    return error(
      'encoder',
      'model.json does not say which encoder the head was trained on, so nobody would notice it on another.',
      'Train on embeddings of `medzoo embed`, whose embed.json carries the digest; or write ' +
        `"encoder": { "id": "${id}", "sha256": "${digest}" } if you are sure that it was this one.`,
    );
  }
  if (declared.sha256 === digest) return ok('encoder', `${id}, SHA-256 ${digest.slice(0, 12)}…`);
  const variant = variants.find(({ sha256 }) => sha256 === declared.sha256);
  if (variant) {
    return error(
      'encoder',
      `model.json names "${id}" by the digest of its variant "${variant.precision}", and an encoder is named by that ` +
        'of its model, whichever file runs.',
      `Write "encoder": { "id": "${id}", "sha256": "${digest}" }, as embed.json of \`medzoo embed\` has it.`,
    );
  }
  return error(
    'encoder',
    `It was trained on "${declared.id}" (${declared.sha256.slice(0, 12)}…), and would run on "${id}" ` +
      `(${digest.slice(0, 12)}…): its answers would mean nothing.`,
    'Embed again with this encoder and train on that: npx medzoo embed --data DIR --out emb --replace, npm run ' +
      'train. Or install the encoder it was trained on.',
  );
}

function checkShape(
  { inputs }: NonNullable<HeadFacts['onnx']>,
  { id, trained: { model } }: Pick<Encoder, 'id' | 'trained'>,
): Finding {
  const given = { embedding: model.outputs[0]!, image: model.inputs[0]! };
  const wrong = inputs.find(({ name, shape }) => {
    const expected = name === 'embedding' || name === 'image' ? given[name].shape.slice(1) : undefined;
    return expected && expected.join() !== shape.slice(1).join();
  });
  if (!wrong) return ok('embedding', `fits "${id}"`);
  const expected = given[wrong.name as 'embedding'].shape;
  return error(
    'embedding',
    `"${wrong.name}" is [${wrong.shape.join(', ')}], and "${id}" gives [${expected.join(', ')}].`,
    'Train on embeddings of this encoder: npx medzoo embed --data DIR --out emb',
  );
}
