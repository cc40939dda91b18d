import { describe, expect, it } from 'vitest';
import { presenceMetrics, takeSides } from './presence-metrics.js';
import type { PresenceScore } from './score-presence.js';

let count = 0;
const score = (set: string, presence: number, more: Partial<PresenceScore> = {}): PresenceScore => ({
  row: {
    id: '',
    image: '',
    mask: undefined,
    listed: { image: '', mask: undefined },
    label: undefined,
    split: undefined,
    group: `${count++}`,
    pixelSize: undefined,
    measures: {},
    cells: {},
  },
  provenance: {} as never,
  set,
  kind: 'image',
  isEmpty: undefined,
  assumptions: [],
  presence: { polyp: presence },
  ...more,
});
const sets = { positive: ['polyps'], negative: ['feet', 'frames'], left_out: ['mixed'], near: ['frames'] };
const once = () => [
  ...[0.9, 0.8, 0.4].map((presence) => score('polyps', presence, { isEmpty: false })),
  score('polyps', 0.7, { isEmpty: true }),
  ...[0.85, 0.1].map((presence) => score('polyps', presence, { kind: 'background', isEmpty: false })),
  ...[0.1, 0.2].map((presence) => score('feet', presence)),
  score('feet', 0.3, { kind: 'background', isEmpty: false }),
  score('frames', 0.5),
  score('mixed', 0.99),
];
/** Everything five times: an AUROC is reported from five images on either side. */
const scores = Array.from({ length: 5 }, once).flat();
const sides = takeSides(scores, sets);

describe('presence', () => {
  it('is measured against other sets, and apart where it is hard; a left out set counts nowhere', () => {
    const metrics = presenceMetrics(scores, { polyp: sides }, { polyp: 0.5 }, 1);
    const values = Object.entries(metrics).map(([name, { value, n }]) => [name, value, n]);
    expect(values).toEqual([
      ['presence_auroc', 0.888889, 40],
      ['presence_auroc_polyp', 0.888889, 30],
      ['presence_auroc_polyp_background', 0.666667, 25],
      ['presence_auroc_polyp_empty', 0.666667, 20],
      ['presence_auroc_polyp_near', 0.666667, 20],
      ['presence_sensitivity_polyp', 0.666667, 15],
      ['presence_specificity_polyp', 0.666667, 15],
      ['presence_specificity_polyp_background', 0.5, 10],
      ['presence_specificity_polyp_empty', 0, 5],
      ['presence_specificity_polyp_near', 0, 5],
    ]);
    const [low, high] = metrics.presence_auroc_polyp!.interval95!;
    expect(low).toBeLessThan(0.889);
    expect(high).toBeGreaterThan(0.889);
    expect(high).toBeLessThan(1);
  });

  it('reports no AUROC of fewer than five images on a side, and an exact interval where all are right', () => {
    const isHard = ({ isEmpty, set }: PresenceScore) => isEmpty === true || set === 'frames';
    const some = [...scores.filter((one) => !isHard(one)), ...once().filter(isHard)];
    const metrics = presenceMetrics(some, { polyp: takeSides(some, sets) }, { polyp: 0.05 }, 1);
    expect(Object.keys(metrics).filter((name) => name.startsWith('presence_auroc'))).toEqual([
      'presence_auroc',
      'presence_auroc_polyp',
      'presence_auroc_polyp_background',
    ]);
    // 0.025 ** (1 / 15)
    expect(metrics.presence_sensitivity_polyp).toEqual({ value: 1, n: 15, interval95: [0.781981, 1] });
  });

  it('leaves out what no image was there for', () => {
    const images = scores.filter(({ kind, isEmpty }) => kind === 'image' && !isEmpty);
    const metrics = presenceMetrics(images, { polyp: takeSides(images, { ...sets, near: [] }) }, undefined, 1);
    expect(Object.keys(metrics)).toEqual([
      'presence_auroc',
      'presence_auroc_polyp',
      'presence_sensitivity_polyp',
      'presence_specificity_polyp',
    ]);
    expect(metrics.presence_specificity_polyp!.value).toBe(0);
  });
});
