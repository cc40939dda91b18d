import { describe, expect, it } from 'vitest';
import { CONCEPTS, drawMask, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../test/answers.js';
import { drawSlice } from '../test/dicom-files.js';
import { readDicomSource } from './source/dicom-source.js';
import { SERIES_FORMATS, writeAnswers, type PicturedAnswer } from './write-answers.js';

const options = { labels: ['lungs', 'polyp'], concepts: CONCEPTS };
const series: readonly PicturedAnswer[] = [
  [0, segmentation(RING, NOTHING)] as const,
  [3, segmentation(RING, { ...SPOT, label: 'polyp' })] as const,
].map(([z, value]) => ({
  ...{ image: `slice ${z}`, value, provenance: PROVENANCE },
  source: readDicomSource(drawSlice(z)),
}));

describe('writeAnswers', () => {
  it.each(SERIES_FORMATS)('writes the answers about a series as %s', async (format) => {
    const apart = series.map((answer) => ({
      ...answer,
      value: segmentation(
        RING,
        drawMask('polyp', (x, y) => x === 19 && y === 11),
      ),
    }));
    const [file, ...others] = await writeAnswers(format, apart, options);
    expect(others).toEqual([]);
    expect(file!.content.length).toBeGreaterThan(100);
    expect(file!.ending).toMatch(/^[a-z]+(\.[a-z]+)?/);
  });

  it('writes a volume for each label where they overlap', async () => {
    const files = await writeAnswers('nifti', series, options);
    expect(files.map(({ ending }) => ending)).toEqual(['lungs.nii.gz', 'polyp.nii.gz']);
  });

  it('names what is possible where a format is not', async () => {
    const value = { task: 'classification', label: 'ill', scores: [{ label: 'ill', probability: 1 }] } as const;
    const bare = { image: 'a', value: segmentation(RING), provenance: PROVENANCE };
    const inform = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) as string });
    await expect(writeAnswers('rle', [{ ...bare, value }], options)).rejects.toMatchObject(
      inform('INVALID_PARAM', /does classification\. Possible: csv\.$/),
    );
    await expect(writeAnswers('sr', [{ ...bare, value }], options)).rejects.toMatchObject(
      inform('UNSUPPORTED_FORMAT', /this image is none\. Possible: csv\.$/),
    );
    await expect(writeAnswers('seg', [bare], options)).rejects.toMatchObject(
      inform('UNSUPPORTED_FORMAT', /this image is none\. Possible: geojson/),
    );
    await expect(writeAnswers('nifti', [bare], options)).rejects.toMatchObject(
      inform('UNSUPPORTED_FORMAT', /where the image lies/),
    );
    const { source } = series[0]!;
    const coded = { labels: ['ill'], concepts: { ill: CONCEPTS.lungs! } };
    for (const [given, possible] of [
      [coded, 'sr, sc, csv'],
      [{ labels: ['ill'] }, 'sc, csv'],
    ] as const) {
      await expect(writeAnswers('rle', [{ ...bare, value, source }], given)).rejects.toMatchObject(
        inform('INVALID_PARAM', new RegExp(`Possible: ${possible}\\.$`)),
      );
    }
    const plane = source!.planeOf(0)!;
    await expect(writeAnswers('seg', [{ ...bare, plane }], options)).rejects.toMatchObject(
      inform('UNSUPPORTED_FORMAT', /Possible: nifti, geojson/),
    );
  });
});
