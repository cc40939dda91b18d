import { isPresenceJudged } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import type { HeadAnswer, MaskAnswer } from '../requests/analyze-query.js';
import { countColours, describeAnswers, type HeadReport } from './describe-answers.js';
import { formatCount, formatDuration, formatFileSize, formatPercent } from './format.js';

const run = { provider: 'cpu', cached: false, timingsMs: { total: 312.4 }, warnings: null, view: { window: null } };
const mask = (given: Partial<MaskAnswer>): MaskAnswer => ({
  ...{ label: 'lungs', presence: 0.981, area: 54_682, areaFraction: 0.334, url: '/lungs.png' },
  domain: { inDomain: true, nearest: 'chest film' },
  absentBecause: null,
  measurements: { unit: 'PIXEL', area: 54_682 },
  ...given,
});
const masks = (...given: readonly MaskAnswer[]): HeadAnswer => ({
  ...{ __typename: 'SegmentationAnswer', headId: 'organs', masks: given, provenance: run },
});
const classes: HeadAnswer = {
  __typename: 'ClassificationAnswer',
  headId: 'diagnosis',
  label: 'ill',
  scores: [
    { label: 'ill', probability: 0.9 },
    { label: 'healthy', probability: 0.1 },
  ],
  domain: null,
  plausible: { labels: ['ill'], errorRate: 0.1 },
  heatMap: { url: '/heat-map.png' },
  provenance: { ...run, cached: true },
};

describe('an answer in words', () => {
  it('tells of each mask how surely it is there and how large it is', () => {
    const [report] = describeAnswers([masks(mask({}))]);
    expect(report).toMatchObject({ kind: 'masks', headId: 'organs', run: '312 ms on cpu' });
    const facts = 'presence 0.98 · 54\u202f682 px · 33 % of the image';
    expect(report).toHaveProperty('rows.0', { label: 'lungs', colour: '#56b4e9', facts, url: '/lungs.png' });
  });

  it('says that an empty mask has no outline, and draws none', () => {
    const [report] = describeAnswers([masks(mask({ presence: 0.004, area: 0, areaFraction: 0 }))]);
    expect(report).toHaveProperty('rows.0.facts', 'no outline · presence 0.00');
    expect(report).toHaveProperty('rows.0.url', undefined);
  });

  it('says that a target was not looked for in an image of another kind, or that its outline is unsure', () => {
    const domain = { inDomain: false, nearest: 'photograph' };
    const refused = mask({ domain, absentBecause: 'DOMAIN', area: 0, areaFraction: 0 });
    const [report] = describeAnswers([masks(refused, mask({ domain }))]);
    const words =
      'this does not look like the images it was trained on; of all kinds that are known, the nearest is: photograph';
    expect(report).toHaveProperty('rows.0.facts', `no outline · ${words}`);
    expect(report).toHaveProperty('rows.0.url', undefined);
    expect(report).toHaveProperty('rows.1.facts', expect.stringMatching(`^unsure: ${words} · presence 0.98`));
    const [unseen] = describeAnswers([masks(mask({ domain, absentBecause: 'PRESENCE', presence: 0.2, area: 0 }))]);
    expect(unseen).toHaveProperty('rows.0.facts', 'no outline · presence 0.20 · not its kind of image');
  });

  it('shows why a classifier does not answer, and warns of an answer that it would not have given', () => {
    const warned: HeadAnswer = { ...classes, domain: { inDomain: false, nearest: 'photograph' }, plausible: null };
    const reports = describeAnswers([
      { __typename: 'OutOfDomain', headId: 'diagnosis', nearest: 'photograph', provenance: null },
      warned,
    ]);
    expect(reports[0]).toEqual({
      kind: 'refusal',
      headId: 'diagnosis',
      message: expect.stringMatching(/^No answer: .* the nearest is: photograph\. .* is probably wrong\.$/) as string,
    });
    expect(reports[1]).toMatchObject({
      cautions: [expect.stringMatching(/^Unsure: .* the nearest is: photograph\.$/)],
      plausible: '',
    });
  });

  it('gives the masks of all heads colours of their own', () => {
    const reports = describeAnswers([masks(mask({}), mask({})), masks(mask({}))]);
    const colours = reports.flatMap((report) => (report.kind === 'masks' ? report.rows : [])).map((row) => row.colour);
    expect(new Set(colours).size).toBe(3);
  });

  it('gives the masks of a later answer other colours than those that are shown already', () => {
    const first = describeAnswers([masks(mask({}), mask({}))]);
    const later = describeAnswers([masks(mask({}))], countColours(first));
    expect(first.concat(later).flatMap((report) => (report.kind === 'masks' ? report.rows : []))).toMatchObject([
      { colour: '#56b4e9' },
      { colour: '#e69f00' },
      { colour: '#009e73' },
    ]);
  });

  it('does not call something surely present whose head does not judge that', () => {
    const [report] = describeAnswers([masks(mask({ presence: 1 }), mask({ presence: 1, area: 0, areaFraction: 0 }))]);
    expect(report).toMatchObject({
      rows: [{ facts: '54\u202f682 px · 33 % of the image' }, { facts: 'no outline' }],
    });
  });

  it.each([0, 0.5, 0.999, 1])('says a presence of %f where core calls it judged', (presence) => {
    const [report] = describeAnswers([masks(mask({ presence }))]);
    const facts = report?.kind === 'masks' ? report.rows[0]?.facts : undefined;
    expect(facts?.startsWith('presence ')).toBe(isPresenceJudged({ presence }));
  });

  it('tells areas in millimetres where the file says how large a pixel is, and passes on warnings', () => {
    const measured = mask({ measurements: { unit: 'MILLIMETRE', area: 12.345 } });
    const warned = { ...run, warnings: ['Another modality.'] };
    const [report] = describeAnswers([{ ...masks(measured), provenance: warned } as HeadAnswer]);
    expect(report).toMatchObject({
      cautions: ['Another modality.'],
      rows: [{ facts: 'presence 0.98 · 12.3 mm² · 33 % of the image' }],
    });
  });

  it('tells classes, the best of them and those that are plausible', () => {
    const [report] = describeAnswers([classes]);
    expect(report).toEqual<HeadReport>({
      kind: 'classes',
      headId: 'diagnosis',
      run: '312 ms on cpu, without encoding the image again',
      cautions: [],
      rows: [
        { label: 'ill', share: 0.9, percent: '90 %', isBest: true, isPlausible: true },
        { label: 'healthy', share: 0.1, percent: '10 %', isBest: false, isPlausible: false },
      ],
      plausible: 'Not ruled out: ill. In about 10 % of images of its kind, the true label is ruled out by mistake.',
      heatMap: { label: 'ill', url: '/heat-map.png' },
    });
  });

  it.each([
    [{ labels: [], errorRate: 0.05 }, /^No label fits\. In about 5 % of images/],
    [null, /not calibrated/],
  ])('says what a plausible set is not: %j', (plausible, words) => {
    const [report] = describeAnswers([{ ...classes, plausible, heatMap: null, provenance: null }]);
    expect(report).toMatchObject({ plausible: expect.stringMatching(words) as string, heatMap: undefined, run: '' });
  });

  it('does not call a head uncalibrated whose set is left out for a warning, such as another modality', () => {
    const provenance = { ...run, warnings: ['The file is of modality CT.'] };
    const [report] = describeAnswers([{ ...classes, plausible: null, provenance }]);
    expect(report).toHaveProperty('plausible', 'It does not say what it cannot rule out.');
  });

  it('tells numbers with their unit and interval, and of an image of another kind that they are unsure', () => {
    const interval = { lower: 110.5, upper: 139.51, coverage: 0.9 };
    const [report] = describeAnswers([
      {
        __typename: 'RegressionAnswer',
        headId: 'age',
        values: [
          { label: 'bone age', value: 125.012, unitName: 'months', interval },
          { label: 'ratio', value: 0.5, unitName: '', interval: null },
        ],
        domain: { inDomain: false, nearest: 'photograph' },
        provenance: run,
      },
    ]);
    expect(report).toMatchObject({
      kind: 'values',
      rows: [
        {
          label: 'bone age',
          value: '125 months',
          interval: 'In 90 % of such images, the true value is from 110.5 months to 139.5 months.',
        },
        { label: 'ratio', value: '0.5', interval: '' },
      ],
      cautions: [expect.stringContaining('nearest is: photograph') as string],
    });
  });

  it('tells places in millimetres where the file says them, and of an absent point that it is', () => {
    const tip = { label: 'tip', point: { x: 10, y: 5 }, millimetres: null, presence: 0.9, absentBecause: null };
    const placed = { ...tip, millimetres: { x: 5, y: 2.5 }, presence: null };
    const carina = { ...tip, label: 'carina', point: null, presence: null, absentBecause: 'OUTSIDE' as const };
    const points = [tip, placed, carina];
    const [report] = describeAnswers([
      { __typename: 'KeypointsAnswer', headId: 'lines', points, domain: null, provenance: run },
    ]);
    expect(report).toMatchObject({
      kind: 'points',
      cautions: [],
      rows: [
        { label: 'tip', facts: 'x 10.0, y 5.0 px · presence 0.90', point: { x: 10, y: 5 } },
        { facts: 'x 5.0, y 2.5 mm' },
        { label: 'carina', facts: 'outside of the image', point: null },
      ],
    });
  });

  it('tells several labels of one image, and those that it has stand out', () => {
    const scores = ['mass', 'effusion'].map((label) => ({ label, probability: 0.4, threshold: 0.3 }));
    const several = {
      __typename: 'MultilabelAnswer',
      headId: 'findings',
      scores,
      domain: null,
      provenance: run,
    } as const;
    const [one, none] = describeAnswers([
      { ...several, labels: ['mass'] },
      { ...several, labels: [] },
    ]);
    expect(one).toMatchObject({
      rows: [{ isBest: true }, { isBest: false }],
      plausible: 'Above their thresholds: mass.',
    });
    expect(none).toHaveProperty('plausible', 'None of its labels reaches its threshold.');
  });

  it('keeps the fault of one head beside the answers of others', () => {
    const fault = { code: 'INFERENCE_FAILED', message: 'It failed.', retryable: true };
    const [, failure] = describeAnswers([classes, { __typename: 'HeadFailure', headId: 'broken', ...fault }]);
    expect(failure).toMatchObject({ kind: 'failure', headId: 'broken', fault });
  });
});

describe('numbers for a person', () => {
  it.each([
    [formatPercent(0), '0 %'],
    [formatPercent(0.001), '<1 %'],
    [formatPercent(0.999), '>99 %'],
    [formatPercent(1), '100 %'],
    [formatDuration(999.4), '999 ms'],
    [formatDuration(1234), '1.2 s'],
    [formatFileSize(5), '5 bytes'],
    [formatFileSize(1025), '2 kB'],
    [formatFileSize(64 * 2 ** 20), '64 MB'],
    [formatCount(999), '999'],
    [formatCount(1_234_567), '1\u202f234\u202f567'],
  ])('%s', (formatted, expected) => {
    expect(formatted).toBe(expected);
  });
});
