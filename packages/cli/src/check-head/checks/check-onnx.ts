import type { FoundTensor } from '@medzoo/core/model';
import type { OnnxDescription } from '@medzoo/core';
import type { HeadFacts } from '../head-facts.type.js';
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
  return [
    checkVersions(onnx),
    checkNumbers(onnx),
    checkTypes(onnx),
    checkInputs(onnx, head?.feeds !== undefined),
    checkBatch(onnx),
  ];
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

function checkInputs({ inputs }: OnnxDescription, hasFeeds: boolean): Finding {
  const names = inputs.map(({ name }) => name);
  const unknown = names.filter((name) => !FED.includes(name));
  if (unknown.length === 0 || hasFeeds) return ok('inputs', names.join(', '));
  return error(
    'inputs',
    `The input ${unknown.map((name) => `"${name}"`).join(', ')} is fed by nobody: a zoo feeds "embedding", the ` +
      `encoder's output, and "image", its input.`,
    'Export it with input_names=["embedding"], or write `feeds` in the head.',
  );
}

function checkBatch({ inputs, outputs }: OnnxDescription): Finding {
  const fixed = [...inputs, ...outputs].filter(({ shape }) => typeof shape[0] === 'number');
  if (fixed.length === 0) return ok('batch', 'is free');
  return error(
    'batch',
    `The first dimension is fixed: ${fixed.map(describe).join('; ')}.`,
    `Export it with dynamic_axes={${fixed.map(({ name }) => `"${name}": {0: "batch"}`).join(', ')}}.`,
  );
}

function describe({ name, dtype, shape }: FoundTensor): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}
