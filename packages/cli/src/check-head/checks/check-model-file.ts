import type { HeadFacts } from '../head-facts.type.js';
import { error, ok, type Finding } from '../finding.type.js';

const TRAIN =
  'Correct the field that it names, by hand or in the exporter (npm run train); checks below may say more of it.';

/** model.json as start-up reads it, and the digest of the file that it names. */
export function checkModelFile({ model, modelFault, digest, onnxFault }: HeadFacts): Finding[] {
  const file = modelFault === undefined ? ok('model.json', 'is valid') : error('model.json', modelFault, TRAIN);
  if (model === undefined) return [file];
  if (digest === undefined || onnxFault !== undefined) {
    return [
      file,
      error(
        'weights',
        onnxFault ?? 'The ONNX file is not there.',
        'Name it in model.url of model.json, from the place of that file.',
      ),
    ];
  }
  const { sha256 } = model.model;
  if (sha256 === digest) return [file, ok('weights', `SHA-256 ${digest.slice(0, 12)}…, as declared`)];
  return [
    file,
    error(
      'weights',
      `model.json declares the digest ${sha256 || 'none'}, and the file has ${digest}: it is of another export.`,
      'Export both together again: npm run train',
    ),
  ];
}
