import { describe, expect, it } from 'vitest';
import { softmax, takeFloat32, type Head } from '../contract/index.js';
import { createFakeBackend } from './fake-backend.js';
import { testHead, type HeadTests } from './test-head.js';
import {
  testClasses,
  testKeypoints,
  testMasks,
  testMultilabel,
  testSlow,
  testValues,
  testVariantClasses,
  testVariantEncoder,
} from './test-heads.js';

const HEADS: Head[] = [
  ...[testMasks, testClasses, testSlow, testValues, testKeypoints, testMultilabel, testVariantClasses],
];
describe.each(HEADS)('the head $manifest.id', (head) => testHead(head, { it }));

/** The tests that a head does not pass, by name. */
async function failuresOf(head: Head, options: Omit<HeadTests, 'it'> = {}): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = [];
  testHead(head, { ...options, it: (name, run) => tests.push([name, run]) });
  const results = await Promise.allSettled(tests.map(([, run]) => run()));
  return tests.flatMap(([name], index) => (results[index]!.status === 'rejected' ? [name] : []));
}

describe('testHead finds', () => {
  const { manifest } = testMasks;
  const inOrder = 'has a manifest in order, with words for people';
  const feeds = 'feeds its model what that declares, and leaves its inputs as they are';
  const answers = 'answers about an image, twice alike';
  const decodes = 'decodes whatever its model may answer, twice alike, and leaves it as it is';
  const threshold = { ...manifest.params.threshold, default: 2 };

  it.each<[string, Partial<Head>, string[]]>([
    ['no fault in a sound head', {}, []],
    ['words that are missing', { manifest: { ...manifest, intendedUse: '' } }, [inOrder]],
    [
      'a default out of range',
      { manifest: { ...manifest, params: { threshold } }, decode: () => ({ masks: [] }) },
      [inOrder, feeds, decodes, answers],
    ],
    ['feeds that its model does not take', { feeds: ({ embedding }) => ({ embeddings: embedding }) }, [feeds, answers]],
    ['a decode with a memory', { decode: createForgetful() }, [decodes, answers]],
    [
      'a decode that writes into what it reads',
      {
        decode(input) {
          input.outputs.masks!.data.fill(0 as never);
          return testMasks.decode(input as never);
        },
      },
      [decodes],
    ],
    ['logits without end', { decode: () => ({ masks: [withLogits(Infinity)] }) }, [decodes, answers]],
    [
      'two planes for one mask',
      { decode: () => ({ masks: [{ ...mask('left'), ...withLogits(0) } as never] }) },
      [decodes, answers],
    ],
    ['a label of its own', { decode: () => ({ masks: [mask('middle')] }) }, [decodes, answers]],
    ['a mask twice', { decode: () => ({ masks: [mask('left'), mask('left')] }) }, [decodes, answers]],
  ])('%s', async (_, changes, failures) => {
    expect(await failuresOf({ ...testMasks, ...changes })).toEqual(failures);
  });
});

describe('testHead finds in a classifier', () => {
  const decodes = 'decodes whatever its model may answer, twice alike, and leaves it as it is';
  const { trained } = testClasses;
  /** As it was written before there was `scoresOf`: what is missing counts as 0. */
  const byHand: Head['decode'] = ({ outputs, trained: { labels } }) => {
    const probabilities = softmax(takeFloat32(outputs, 'logits').data);
    return { scores: labels.map((label, index) => ({ label, probability: probabilities[index] ?? 0 })) };
  };
  const renamed = {
    ...trained.model,
    outputs: trained.model.outputs.map((output) =>
      output.name === 'logits' ? { ...output, name: 'classes' } : output,
    ),
  };
  const four = { ...trained, labels: [...trained.labels, 'other'] };
  const two = { ...trained, labels: trained.labels.slice(0, 2) };

  it.each<[string, Partial<Head>]>([
    ['more labels than logits', { trained: four }],
    ['fewer labels than logits', { trained: two }],
    [
      'more labels than entries of an output of another name',
      { trained: { ...four, model: renamed }, decode: decodeFrom('classes') },
    ],
    [
      'fewer labels than entries of an output of another name',
      { trained: { ...two, model: renamed }, decode: decodeFrom('classes') },
    ],
    [
      'scores that are no distribution',
      { decode: () => ({ scores: trained.labels.map((label) => ({ label, probability: 0.6 })) }) },
    ],
    ['one score of three', { decode: () => ({ scores: [{ label: trained.labels[0]!, probability: 1 }] }) }],
  ])('%s', async (_, changes) => {
    const failures = await failuresOf({ ...testClasses, decode: byHand, ...changes });
    expect(failures).toContain(decodes);
  });

  function decodeFrom(name: string): Head['decode'] {
    return ({ outputs, ...more }) => byHand({ outputs: { logits: outputs[name]! }, ...more });
  }
});

describe('testHead finds in a head with variants', () => {
  const alike = 'answers nearly alike with each of its variants';
  const answers = 'answers about an image, twice alike';
  const { trained } = testVariantClasses;
  const withVariant = (changes: object) =>
    ({ ...testVariantClasses, trained: { ...trained, variants: [{ ...trained.variants![0]!, ...changes }] } }) as Head;
  const { url, sha256, bytes } = testVariantEncoder.trained.model;

  it('no fault in numbers within the tolerance, and one beyond it', async () => {
    expect(await failuresOf(testVariantClasses)).toEqual([]);
    expect(await failuresOf(testVariantClasses, { variantTolerance: 1e-4 })).toEqual([alike]);
  });

  it('a variant with other tensors, and one that is not there', async () => {
    expect(await failuresOf(withVariant({ url, sha256, bytes }))).toEqual([answers, alike]);
    expect(await failuresOf(withVariant({ url: new URL('nowhere.onnx', url).href }))).toEqual([answers, alike]);
  });

  it('nothing in variants that its backend never opens', async () => {
    expect(await failuresOf(withVariant({ providers: ['cuda'], sha256: '0'.repeat(64) }))).toEqual([]);
    expect(await failuresOf(withVariant({ sha256: '0'.repeat(64) }), { backend: () => createFakeBackend() })).toEqual(
      [],
    );
  });
});

/** Finds one target less each time. */
function createForgetful(): Head['decode'] {
  let calls = 0;
  return () => {
    calls += 1;
    return { masks: Array.from({ length: 20 - Math.min(calls, 19) }, () => mask('left')) };
  };
}

function withLogits(value: number) {
  const { probabilities, ...rest } = mask('left');
  return { ...rest, logits: probabilities.fill(value) };
}

function mask(label: string) {
  const size = { width: 1, height: 1 };
  return { label, size, probabilities: new Float32Array(1), threshold: 0.5, presence: 1, quality: 1 };
}
