import { describe, expect, it } from 'vitest';
import { judgeClass, judgeMask, LEAST_DICE, MOST_LOSS } from './judge.js';

const plain = { words: 'the same without it', dice: 0.95 };

describe('a mask', () => {
  it.each([
    ['as good as the plain one', { dice: 0.95, plain, also_found: [], refused_as: null }, 'passed'],
    [
      'a little worse than the plain one',
      { dice: 0.951 - MOST_LOSS, plain, also_found: [], refused_as: null },
      'passed',
    ],
    [
      'much worse than the plain one, though good',
      { dice: 0.949 - MOST_LOSS, plain, also_found: [], refused_as: null },
      'failed',
    ],
    [
      'bad, as the plain one is',
      { dice: 0.7, plain: { ...plain, dice: 0.7 }, also_found: [], refused_as: null },
      'failed',
    ],
    [
      'just good enough, with nothing to compare',
      { dice: LEAST_DICE, plain: null, also_found: [], refused_as: null },
      'passed',
    ],
    [
      'good, beside a target that is not there',
      { dice: 0.95, plain, also_found: ['nuclei'], refused_as: null },
      'failed',
    ],
    [
      'refused, though its kind is that of the target',
      { dice: 0, plain, also_found: [], refused_as: 'a photograph' },
      'refused',
    ],
    [
      'refused, but another target found',
      { dice: 0, plain, also_found: ['nuclei'], refused_as: 'a photograph' },
      'failed',
    ],
  ])('%s', (_, finding, outcome) => expect(judgeMask(finding)).toBe(outcome));
});

describe('a class', () => {
  const plausible = (...labels: string[]) => ({ labels, error_rate: 0.1 });
  it.each([
    [
      'right, however uncertain',
      { drawn: 'glioma', own_kind: true, label: 'glioma', plausible: plausible(), refused_as: null },
      'passed',
    ],
    [
      'wrong',
      { drawn: 'glioma', own_kind: true, label: 'meningioma', plausible: plausible('glioma'), refused_as: null },
      'failed',
    ],
    [
      'of another kind, and called impossible',
      { drawn: null, own_kind: false, label: 'glioma', plausible: plausible(), refused_as: null },
      'passed',
    ],
    [
      'of another kind, and called anything',
      { drawn: null, own_kind: false, label: 'a', plausible: plausible('a', 'b'), refused_as: null },
      'passed',
    ],
    [
      'of another kind, and called one class',
      { drawn: null, own_kind: false, label: 'glioma', plausible: plausible('glioma'), refused_as: null },
      'failed',
    ],
    [
      'of another kind, to a head that never doubts',
      { drawn: null, own_kind: false, label: 'glioma', plausible: null, refused_as: null },
      'failed',
    ],
    [
      'wrong, of an image that is refused',
      { drawn: 'normal', own_kind: true, label: 'pneumonia', plausible: null, refused_as: 'a film' },
      'refused',
    ],
    [
      'right, of an image that is refused',
      { drawn: 'normal', own_kind: true, label: 'normal', plausible: null, refused_as: 'a film' },
      'refused',
    ],
    [
      'right, of an image of another kind that is refused',
      { drawn: 'normal', own_kind: false, label: 'normal', plausible: null, refused_as: 'a film' },
      'passed',
    ],
    [
      'wrong, of an image of another kind that is not refused',
      { drawn: 'normal', own_kind: false, label: 'pneumonia', plausible: null, refused_as: null },
      'failed',
    ],
    [
      'of another kind, and refused',
      { drawn: null, own_kind: false, label: 'glioma', plausible: null, refused_as: 'a film' },
      'passed',
    ],
  ])('%s', (_, finding, outcome) => expect(judgeClass(finding)).toBe(outcome));
});
