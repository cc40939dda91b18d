import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createOnnxBackend } from '../onnx-backend.js';
import { checkGraph } from './check-graph.js';
import { describeGraph } from './describe-onnx.js';
import { readModelFile } from '../../../model/read-model-file.js';

const field = (number: number, content: Uint8Array | string): Buffer =>
  Buffer.concat([Buffer.of(number * 8 + 2, content.length), Buffer.from(content)]);
const node = (operator: string, from: string, to: string): Buffer =>
  field(1, Buffer.concat([field(1, from), field(2, to), field(4, operator)]));
const model = (output: string, ...nodes: Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(8, 9), field(7, Buffer.concat([...nodes, field(12, field(1, output))]))]);

const spec = { url: 'file:///head.onnx', sha256: 'ab'.repeat(32), bytes: 1, inputs: [], outputs: [] };
const check = (bytes: Uint8Array) => () => checkGraph(spec, bytes);

describe('probabilities in the place of logits', () => {
  it.each([
    ['logits', 'Softmax'],
    ['exclusive_masks', 'Softmax'],
    ['masks', 'Sigmoid'],
    ['label_logits', 'Sigmoid'],
    ['logits', 'Sigmoid'],
    ['masks', 'Softmax'],
    ['logits', 'HardSigmoid'],
  ])('are refused in "%s" after a %s, also behind operators that only move them', (output, operator) => {
    const said = new RegExp(
      `"${output}" must hold logits.*ends with a ${operator}.*Leave the ${operator.toLowerCase()} out`,
    );
    expect(check(model(output, node(operator, 'raw', output)))).toThrow(said);
    const moved = [node(operator, 'raw', 'a'), node('Squeeze', 'a', 'b'), node('Cast', 'b', output)];
    expect(check(model(output, ...moved))).toThrow(
      expect.objectContaining({ code: 'MODEL_MISMATCH', blame: 'author' }),
    );
  });

  it('are no matter of other outputs and operators, nor of a graph that goes in circles', () => {
    expect(check(model('attention', node('Sigmoid', 'raw', 'attention')))).not.toThrow();
    expect(check(model('logits', node('Softmax', 'raw', 'a'), node('Log', 'a', 'logits')))).not.toThrow();
    const circle = model('logits', node('Cast', 'a', 'logits'), node('Cast', 'logits', 'a'));
    expect(describeGraph(circle)!.madeBy).toEqual({ logits: 'Cast' });
  });
});

describe('weights in a second file', () => {
  const at = new URL('../../../../test-models/external.json', import.meta.url);

  it('that the model file does not name are refused, with what to write', async () => {
    const bytes = await readFile(new URL('external.onnx', at));
    const { data: _, ...unsaid } = readModelFile(at).model;
    expect(() => checkGraph(readModelFile(at).model, bytes)).not.toThrow();
    const backend = await createOnnxBackend({ threads: 1 });
    await expect(backend.open(unsaid)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/second file.*expected `model\.data` with its url, sha256 and bytes/) as string,
    });
  });
});
