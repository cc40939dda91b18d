import type { HeadFacts } from '../facts/head-facts.type.js';
import { error, ok, type Finding } from '../finding.type.js';
import type { LooseModel } from '../facts/read-model.js';

const TRAIN =
  'Correct the field that it names, by hand or in the exporter (npm run train); checks below may say more of it.';

/** model.json as start-up reads it, and the digest of the file that it names. */
export function checkModelFile(facts: HeadFacts): Finding[] {
  const { model, modelFault } = facts;
  const file = modelFault === undefined ? ok('model.json', 'is valid') : error('model.json', modelFault, TRAIN);
  return model === undefined ? [file] : [file, checkWeights(model.model, facts)];
}

/** The digest comes first: a file that was cut off is where model.json names it, and is no ONNX file any more. */
function checkWeights({ sha256 }: LooseModel['model'], { digest, onnxFault }: HeadFacts): Finding {
  const isDeclared = sha256 === digest;
  if (digest === undefined || (isDeclared && onnxFault !== undefined)) {
    return error(
      'weights',
      onnxFault ?? 'The ONNX file is not there.',
      'Name it in model.url of model.json, from the place of that file.',
    );
  }
  if (isDeclared) return ok('weights', `SHA-256 ${digest.slice(0, 12)}…, as declared`);
  const found = `model.json declares the digest ${sha256 || 'none'}, and the file has ${digest}`;
  return onnxFault === undefined
    ? error('weights', `${found}: it is of another export.`, 'Export both together again: npm run train')
    : error(
        'weights',
        `${found} and is no ONNX file: it was cut off, or is another file.`,
        'Copy the whole file again, or export both together again: npm run train',
      );
}
