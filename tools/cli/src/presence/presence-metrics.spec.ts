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
  },
  provenance: {} as never,
  set,
  kind: 'image',
  isEmpty: undefined,
  presence: { polyp: presence },
  ...more,
});
const sets = { positive: ['polyps'], negative: ['feet', 'frames'], left_out: ['mixed'], near: ['frames'] };
const scores = [
  ...[0.9, 0.8, 0.4].map((presence) => score('polyps', presence, { isEmpty: false })),
  score('polyps', 0.7, { isEmpty: true }),
  ...[0.85, 0.1].map((presence) => score('polyps', presence, { kind: 'background', isEmpty: false })),
  ...[0.1, 0.2].map((presence) => score('feet', presence)),
  score('feet', 0.3, { kind: 'background', isEmpty: false }),
  score('frames', 0.5),
  score('mixed', 0.99),
];
const sides = takeSides(scores, sets);

describe('presence', () => {
  it('is measured against other sets, and apart where it is hard; a left out set counts nowhere', () => {
    const metrics = presenceMetrics(scores, { polyp: sides }, { polyp: 0.5 }, 1);
    const values = Object.entries(metrics).map(([name, { value, n }]) => [name, value, n]);
    expect(values).toEqual([
      ['presence_auroc', 0.888889, 8],
      ['presence_auroc_polyp', 0.888889, 6],
      ['presence_auroc_polyp_background', 0.666667, 5],
      ['presence_auroc_polyp_empty', 0.666667, 4],
      ['presence_auroc_polyp_near', 0.666667, 4],
      ['presence_sensitivity_polyp', 0.666667, 3],
      ['presence_specificity_polyp', 0.666667, 3],
    ]);
    const [low, high] = metrics.presence_auroc_polyp!.interval95!;
    expect(low).toBeLessThan(0.889);
    expect(high).toBe(1);
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
