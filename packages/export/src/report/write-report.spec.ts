import { measureMask } from '@medzoo/core';
import type { ClassificationAnswer, KeypointsAnswer, RegressionAnswer } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { CONCEPTS, drawMask, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { drawSlice, drawUltrasound } from '../../test/dicom-files.js';
import { codeOf, itemsAt, numbersOf, readDicom, textOf } from '../../test/read-dicom.js';
import type { AnsweredFrame } from '../answered.js';
import { readDicomSource } from '../source/dicom-source.js';
import { writeReport } from './write-report.js';

type DataSet = ReturnType<typeof readDicom>;
const CONTENT = 'x0040a730';

/** A measurement group as a reader sees it: by what each of its items is called. */
function readGroup(group: DataSet): Record<string, string> {
  return Object.fromEntries(
    itemsAt(group, CONTENT).map((item) => {
      const name = codeOf(item, 'x0040a043')!.split(' ').slice(2).join(' ');
      const [measured] = itemsAt(item, 'x0040a300');
      const value = measured && `${textOf(measured, 'x0040a30a')} ${codeOf(measured, 'x004008ea')!.split(' ')[0]}`;
      return [name, value ?? textOf(item, 'x0040a160') ?? codeOf(item, 'x0040a168') ?? textOf(item, 'x0040a010')!];
    }),
  );
}

async function groupsOf(frames: Parameters<typeof writeReport>[0], concepts = CONCEPTS): Promise<DataSet[]> {
  const file = readDicom((await writeReport(frames, { concepts })).bytes);
  const measurements = itemsAt(file, CONTENT).find((item) => codeOf(item, 'x0040a043')!.startsWith('126010'));
  return itemsAt(measurements!, CONTENT);
}

const us = (changes: Partial<AnsweredFrame> = {}): AnsweredFrame => ({
  source: readDicomSource(drawUltrasound()),
  value: segmentation(SPOT),
  provenance: PROVENANCE,
  ...changes,
});

describe('writeReport', () => {
  it('measures a mask in millimetres where a pixel size is given', async () => {
    const pixelSize = { x: 0.2, y: 0.4 };
    const [group] = await groupsOf([us({ pixelSize })]);
    const { area, perimeter, longestDiameter, ellipse } = measureMask(SPOT.rle, pixelSize);
    const found = readGroup(group!);
    expect(found).toMatchObject({
      'Tracking Identifier': 'polyp',
      Finding: '68496003 SCT Polyp of colon',
      'Finding Site': '71854001 SCT Colon',
      'Algorithm Name': 'automed',
      'Algorithm Version': '0.5.0',
      'Certainty of Finding': '97 %',
      Area: `${area} mm2`,
    });
    expect(found['Algorithm Parameters']).toContain('ab'.repeat(32));
    for (const [name, value] of [
      ['Perimeter', perimeter],
      ['Long axis', longestDiameter!.length],
      ['Major Axis', 2 * ellipse!.semiMajor],
      ['Minor Axis', 2 * ellipse!.semiMinor],
      ['Circumference', ellipse!.circumference],
    ] as const) {
      expect(found[name]).toMatch(/ mm$/);
      expect(Number(found[name]!.split(' ')[0])).toBeCloseTo(value, 5);
    }
  });

  it('takes the spacing of the file where it lies in the patient, and pixels where nobody knows', async () => {
    const ct = { source: readDicomSource(drawSlice()), value: segmentation(SPOT), provenance: PROVENANCE };
    expect(readGroup((await groupsOf([ct]))[0]!).Area).toBe('8 mm2');
    expect(readGroup((await groupsOf([us()]))[0]!)).toMatchObject({ Area: '20 {pixels}' });
  });

  it('outlines the region in pixels of the image it refers to, and closes it', async () => {
    const [group] = await groupsOf([us()]);
    const region = itemsAt(group!, CONTENT).find((item) => textOf(item, 'x0040a040') === 'SCOORD')!;
    const points = Array.from({ length: 10 }, (_, at) => region.float('x00700022', at));
    expect(points).toEqual([9, 6, 13, 6, 13, 11, 9, 11, 9, 6]);
    expect(textOf(itemsAt(region, CONTENT, 0, 'x00081199')[0]!, 'x00081155')).toBe('1.2.826.0.1.99.1000000');
  });

  it('measures the parts of a mask one by one, and their sum', async () => {
    const groups = (await groupsOf([us({ value: segmentation(RING) })])).map(readGroup);
    expect(groups.map((group) => [group['Tracking Identifier'], group.Area])).toEqual([
      ['lungs', '75 {pixels}'],
      ['lungs 1', '63 {pixels}'],
      ['lungs 2', '12 {pixels}'],
    ]);
    expect(groups[0]!.Comment).toContain('2 separate parts');
    expect(groups[0]!['Long axis']).toBeUndefined();
  });

  it('says how many of very many parts it measures', async () => {
    const size = { width: 40, height: 12 };
    const source = readDicomSource(drawUltrasound({ '00280011 US': 40 }));
    const dots = drawMask('nuclei', (x, y) => x % 2 === 0 && y % 2 === 0, size);
    const groups = await groupsOf([us({ source, value: segmentation(dots) })]);
    expect(groups).toHaveLength(51);
    expect(readGroup(groups[0]!)).toMatchObject({
      Area: '120 {pixels}',
      Comment: expect.stringContaining('120 separate parts; 50') as string,
    });
    expect(readGroup(groups[0]!).Finding).toBeUndefined();
  });

  it('reports that a target was not found', async () => {
    const [group] = await groupsOf([us({ value: segmentation(NOTHING) })]);
    expect(readGroup(group!)).toMatchObject({
      Area: '0 {pixels}',
      'Certainty of Finding': '2 %',
      Comment: expect.stringContaining('not found') as string,
    });
  });

  it('says no certainty of a head that is told where the target is, and does not judge its presence', async () => {
    const certaintyOf = async (presence: number): Promise<unknown> => {
      const [group] = await groupsOf([us({ value: segmentation({ ...SPOT, presence }) })]);
      return readGroup(group!)['Certainty of Finding'];
    };
    expect([await certaintyOf(0.75), await certaintyOf(1)]).toEqual(['75 %', undefined]);
  });

  it('reports classes with their certainty, and needs a concept for each', async () => {
    const value: ClassificationAnswer = {
      task: 'classification',
      label: 'polyp',
      scores: [
        { label: 'polyp', probability: 0.75 },
        { label: 'lungs', probability: 0.25 },
      ],
    };
    const groups = await groupsOf([{ ...us(), value }]);
    expect(groups.map(readGroup)).toMatchObject([
      { Finding: '68496003 SCT Polyp of colon', 'Certainty of Finding': '75 %' },
      { Finding: '39607008 SCT Lung', 'Certainty of Finding': '25 %' },
    ]);
    await expect(writeReport([{ ...us(), value }])).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      details: { labels: ['polyp', 'lungs'] },
    });
  });

  it('reports a number by the code of its label, with its unit and its interval', async () => {
    const interval = { lower: 110, upper: 140, coverage: 0.9 };
    const value: RegressionAnswer = {
      task: 'regression',
      values: [
        { label: 'polyp', value: 125.5, unit: 'mm', interval },
        { label: 'lungs', value: 0.5, unit: '1' },
      ],
    };
    const groups = await groupsOf([{ ...us(), value }]);
    expect(groups.map(readGroup)).toMatchObject([
      {
        'Polyp of colon': '125.5 mm',
        'Finding Site': '71854001 SCT Colon',
        Comment: 'Prediction interval of coverage 0.9: 110 mm to 140 mm.',
      },
      { Lung: '0.5 1' },
    ]);
    await expect(writeReport([{ ...us(), value }])).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
  });

  it('reports points by their places, and one that is absent in words', async () => {
    const value: KeypointsAnswer = {
      task: 'keypoints',
      points: [
        { label: 'polyp', point: { x: 3.5, y: 8 }, presence: 0.75 },
        { label: 'tip', point: null, absentBecause: 'outside' },
      ],
    };
    const groups = await groupsOf([{ ...us(), value }]);
    const [polyp, tip] = groups.map(readGroup);
    expect(polyp).toMatchObject({ Finding: '68496003 SCT Polyp of colon', 'Certainty of Finding': '75 %' });
    expect(tip).toMatchObject({
      'Tracking Identifier': 'tip',
      Comment: expect.stringContaining('not found') as string,
    });
    const region = itemsAt(groups[0]!, CONTENT).find((item) => codeOf(item, 'x0040a043')!.startsWith('111030'));
    expect([textOf(region!, 'x00700023'), [0, 1].map((axis) => region!.float('x00700022', axis))]).toEqual([
      'POINT',
      [3.5, 8],
    ]);
  });

  it('reports several labels of one image with their certainty', async () => {
    const scores = [{ label: 'polyp', probability: 0.75, threshold: 0.5 }];
    const value = { task: 'multilabel', labels: ['polyp'], scores } as const;
    const [group] = await groupsOf([{ ...us(), value }]);
    expect(readGroup(group!)).toMatchObject({ Finding: '68496003 SCT Polyp of colon', 'Certainty of Finding': '75 %' });
  });

  it('is an unverified report of its patient about its images', async () => {
    const file = readDicom((await writeReport([us()], { now: new Date(2026, 10, 28, 6, 7, 8) })).bytes);
    expect(['x00080016', 'x00080060', 'x0040a493', 'x00100010', 'x00100020', 'x00080023', 'x00080033'].map((tag) => textOf(file, tag))).toEqual([
      '1.2.840.10008.5.1.4.1.1.88.33', 'SR', 'UNVERIFIED', 'Planted^Name', 'PLANTED-ID', '20261128', '060708',
    ]); // prettier-ignore
    const [evidence] = itemsAt(file, 'x0040a375');
    expect(textOf(evidence!, 'x0020000d')).toBe('1.2.826.0.1.99.1');
    expect(textOf(itemsAt(evidence!, 'x00081115', 0, 'x00081199')[0]!, 'x00081155')).toBe('1.2.826.0.1.99.1000000');
    expect(numbersOf(file, 'x00200011')).toEqual([9003]);
    expect(textOf(file, 'x0008103e')).toMatch(/ measurements, not for diagnosis$/);
    await expect(writeReport([us({ value: segmentation() })])).rejects.toThrow('nothing to report');
  });
});
