import type { Encoder } from '@medzoo/core/contract';
import { findEncoderFault } from '@medzoo/core/model';
import type { HeadFacts } from '../facts/head-facts.type.js';
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

function checkDigest(declared: NonNullable<HeadFacts['model']>['encoder'], encoder: Encoder): Finding {
  const fault = findEncoderFault(declared, encoder);
  if (fault) return error('encoder', fault.message, fault.fix);
  return ok('encoder', `${encoder.id}, SHA-256 ${encoder.trained.model.sha256.slice(0, 12)}…`);
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
