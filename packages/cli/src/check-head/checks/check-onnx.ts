import { findBatchFault, findInputFault, type FoundTensor } from '@medzoo/core/model';
import type { OnnxDescription } from '@medzoo/core';
import type { HeadFacts } from '../facts/head-facts.type.js';
import { error, ok, skipped, type Finding } from '../finding.type.js';

/** Of onnxruntime-node 1.30, which opens the file. */
const OPSETS = { oldest: 7, newest: 26 };
const NEWEST_IR = 13;
/** Operators of other domains are nowhere to be found at run time. */
const DOMAINS = ['', 'ai.onnx.ml', 'com.microsoft'];
const CARRIED = ['float32', 'uint8', 'int64'];
const FED = ['embedding', 'image'];

/** The ONNX file by itself: versions, weights, names and types of its tensors, a free batch. */
export function checkOnnx({ onnx, head }: HeadFacts): Finding[] {
  if (!onnx)
    return ['opset', 'numbers', 'tensors', 'batch'].map((check) => skipped(check, 'There is no ONNX file to look at.'));
  return [checkVersions(onnx), checkNumbers(onnx), checkTypes(onnx), checkInputs(onnx, head), checkBatch(onnx)];
}

function checkVersions({ opsets, irVersion }: OnnxDescription): Finding {
  const { '': opset = 0 } = opsets;
  const foreign = Object.keys(opsets).find((domain) => !DOMAINS.includes(domain));
  if (foreign !== undefined) {
    return error(
      'opset',
      `It needs operators of ${foreign}, which ONNX Runtime does not have.`,
      "Export it with ONNX's own operators.",
    );
  }
  if (opset < OPSETS.oldest || opset > OPSETS.newest) {
    return error(
      'opset',
      `It is of opset ${opset}; expected ${OPSETS.oldest} to ${OPSETS.newest}.`,
      'Export it again with opset_version=17 of torch.onnx.export.',
    );
  }
  if (irVersion > NEWEST_IR) {
    return error(
      'opset',
      `It is of IR version ${irVersion}; expected at most ${NEWEST_IR}.`,
      'Save it with an older onnx package.',
    );
  }
  return ok('opset', `${opset}, IR version ${irVersion}`);
}

function checkNumbers({ nanWeight }: OnnxDescription): Finding {
  if (nanWeight === undefined) return ok('numbers', 'no weight is NaN');
  return error(
    'numbers',
    `The weight "${nanWeight}" holds NaN.`,
    'The training diverged: lower the learning rate, or take an earlier checkpoint, and export again.',
  );
}

function checkTypes({ inputs, outputs }: OnnxDescription): Finding {
  const odd = [...inputs, ...outputs].filter(({ dtype }) => !CARRIED.includes(dtype));
  if (odd.length === 0) return ok('tensors', [...inputs, ...outputs].map(describe).join('; '));
  return error(
    'tensors',
    `${odd.map(describe).join('; ')}: a zoo carries ${CARRIED.join(', ')}.`,
    'Cast inputs and outputs to float32 inside the graph; weights may stay in float16.',
  );
}

function checkInputs({ inputs }: OnnxDescription, head: HeadFacts['head']): Finding {
  const names = inputs.map(({ name }) => name);
  // The head may be one that cannot be loaded for another reason.
  const mayBeFed = head === undefined && names.every((name) => FED.includes(name));
  const fault = mayBeFed ? undefined : findInputFault(inputs, head ?? {});
  return fault ? error('inputs', fault.message, fault.fix) : ok('inputs', names.join(', '));
}

function checkBatch(onnx: OnnxDescription): Finding {
  const fault = findBatchFault(onnx);
  return fault ? error('batch', fault.message, fault.fix) : ok('batch', 'is free');
}

function describe({ name, dtype, shape }: FoundTensor): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}
