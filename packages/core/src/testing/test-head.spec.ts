import { describe, expect, it } from 'vitest';
import type { Head } from '../contract/index.js';
import { testHead } from './test-head.js';
import { testClasses, testMasks, testSlow } from './test-heads.js';

describe.each([testMasks, testClasses, testSlow] as Head[])('the head $manifest.id', (head) => {
  testHead(head, { it });
});

/** The tests that a head does not pass, by name. */
async function failuresOf(head: Head): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = [];
  testHead(head, { it: (name, run) => tests.push([name, run]) });
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
  ])('%s', async (_, changes, failures) => {
    expect(await failuresOf({ ...testMasks, ...changes })).toEqual(failures);
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
