import { describe, expect, it } from 'vitest';
import { isClassFailure, isMaskFailure, LEAST_DICE, MOST_LOSS } from './judge.js';

const plain = { words: 'the same without it', dice: 0.95 };

describe('a mask', () => {
  it.each([
    ['as good as the plain one', { dice: 0.95, plain, also_found: [], refused_as: null }, false],
    ['a little worse than the plain one', { dice: 0.951 - MOST_LOSS, plain, also_found: [], refused_as: null }, false],
    [
      'much worse than the plain one, though good',
      { dice: 0.949 - MOST_LOSS, plain, also_found: [], refused_as: null },
      true,
    ],
    ['bad, as the plain one is', { dice: 0.7, plain: { ...plain, dice: 0.7 }, also_found: [], refused_as: null }, true],
    [
      'just good enough, with nothing to compare',
      { dice: LEAST_DICE, plain: null, also_found: [], refused_as: null },
      false,
    ],
    ['good, beside a target that is not there', { dice: 0.95, plain, also_found: ['nuclei'], refused_as: null }, true],
    ['refused', { dice: 0, plain, also_found: [], refused_as: 'a photograph' }, false],
    ['refused, but another target found', { dice: 0, plain, also_found: ['nuclei'], refused_as: 'a photograph' }, true],
  ])('%s', (_, finding, failed) => expect(isMaskFailure(finding)).toBe(failed));
});

describe('a class', () => {
  const plausible = (...labels: string[]) => ({ labels, error_rate: 0.1 });
  it.each([
    ['right, however uncertain', { drawn: 'glioma', label: 'glioma', plausible: plausible(), refused_as: null }, false],
    ['wrong', { drawn: 'glioma', label: 'meningioma', plausible: plausible('glioma'), refused_as: null }, true],
    [
      'of another kind, and called impossible',
      { drawn: null, label: 'glioma', plausible: plausible(), refused_as: null },
      false,
    ],
    [
      'of another kind, and called anything',
      { drawn: null, label: 'a', plausible: plausible('a', 'b'), refused_as: null },
      false,
    ],
    [
      'of another kind, and called one class',
      { drawn: null, label: 'glioma', plausible: plausible('glioma'), refused_as: null },
      true,
    ],
    [
      'of another kind, to a head that never doubts',
      { drawn: null, label: 'glioma', plausible: null, refused_as: null },
      true,
    ],
    ['of another kind, and refused', { drawn: null, label: 'glioma', plausible: null, refused_as: 'a film' }, false],
  ])('%s', (_, finding, failed) => expect(isClassFailure(finding)).toBe(failed));
});
