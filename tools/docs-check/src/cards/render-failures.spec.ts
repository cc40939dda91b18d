import type { ClassFinding, MaskFinding } from '@medzoo/cards';
import { describe, expect, it } from 'vitest';
import { renderFailures } from './render-failures.js';

const digests = { head: 'a', encoder: 'b', variants: [] };
const mask: MaskFinding = {
  ...{ task: 'segmentation', id: 'red-sock', picture: 'red-sock.webp', picture_sha256: 'c', shows: 'A red sock.' },
  ...{ target: 'fetal_head', dice: 0.234, called_absent: false, presence: 0.912, regions: 3, objects: null },
  ...{ also_found: [], plain: { words: 'without it', dice: 0.951 }, refused_as: null, outcome: 'failed' },
};
const found: ClassFinding = {
  ...{ task: 'classification', id: 'solid', picture: 'solid.webp', picture_sha256: 'd', shows: 'A solid one.' },
  ...{
    drawn: 'glioma',
    own_kind: true,
    label: 'meningioma',
    probability: 0.951,
    drawn_probability: 0.04,
    outcome: 'failed',
  },
  ...{ plausible: { labels: ['meningioma'], error_rate: 0.1 }, plain: null, refused_as: null },
};
const describeIn = (finding: MaskFinding | ClassFinding): string =>
  renderFailures({ digests, cases: [finding] }, 'card')
    .at(-1)
    ?.split('\n')
    .at(-1) ?? '';

describe('a known failure', () => {
  it('is its picture, what is hard, and what the run found', () => {
    expect(describeIn(mask)).toBe(
      '| ![red sock](card/red-sock.webp) | A red sock. **Fails:** Dice 0.23; without it 0.95. |',
    );
  });

  it('is called none where it did not come about', () => {
    expect(describeIn({ ...mask, dice: 0.94, outcome: 'passed' })).toContain(
      '**Does not fail:** Dice 0.94; without it 0.95.',
    );
  });

  it('says what was missed, merged, and found though it is not there', () => {
    expect(describeIn({ ...mask, plain: null, dice: 0, called_absent: true, objects: 9 })).toContain(
      'Dice 0.00. The head says that it is not there (presence 0.91). |',
    );
    expect(describeIn({ ...mask, objects: 9, also_found: ['nuclei', 'fetal_head'] })).toContain(
      '0.95. 9 fetal head in 3 regions. It also finds what is not there: nuclei, fetal head. |',
    );
  });

  it('of a class says what was drawn and what cannot be ruled out', () => {
    expect(describeIn(found)).toContain(
      '**Fails:** meningioma 0.95 where glioma was drawn (0.04). Not ruled out at an error rate of 0.1: meningioma. |',
    );
    const easier = { words: 'a faint one', drawn: 'glioma', label: 'meningioma', drawn_probability: 0.3 };
    const right: ClassFinding = {
      ...found,
      label: 'glioma',
      outcome: 'passed',
      plausible: { labels: [], error_rate: 0.1 },
      plain: easier,
    };
    expect(describeIn(right)).toContain(
      '**Does not fail:** glioma 0.95. No label fits at an error rate of 0.1. ' +
        'For comparison, a faint one: glioma 0.30, so meningioma. |',
    );
  });

  it('that is refused says so first', () => {
    expect(describeIn({ ...found, refused_as: 'a photograph', outcome: 'refused' })).toContain(
      '**Fails, refused:** It refuses the image, which it takes for something most like a photograph. ' +
        'Asked all the same: meningioma',
    );
  });

  it('of an image of another kind names no truth', () => {
    expect(describeIn({ ...found, drawn: null, drawn_probability: null })).toContain('meningioma 0.95. Not ruled out');
  });
});

it('the section counts them', () => {
  const cases: MaskFinding[] = [mask, { ...mask, outcome: 'passed' }, mask];
  expect(renderFailures({ digests, cases }, 'card')[1]).toContain('These weights fail on 2 of 3.');
  const refused: ClassFinding = { ...found, refused_as: 'a photograph', outcome: 'refused' };
  const foreign: ClassFinding = { ...refused, drawn: null, own_kind: false, outcome: 'passed' };
  expect(renderFailures({ digests, cases: [refused, found, foreign] }, 'card')[1]).toContain(
    'These weights fail on 2 of 3: the head refuses 1 of 2 phantoms of its own kind.',
  );
  expect(renderFailures({ digests, cases: [] }, 'card')).toEqual([]);
});
