import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/evaluation/report/report.type.js';
import { readPackageVersion } from '../src/read-package-version.js';
import { evaluate, evaluateToJson } from '../src/testing/evaluate-to-json.js';
import { paintImage } from '../src/testing/paint-image.js';
import { writeDataSet } from '../src/testing/write-data-set.js';
import { writeTiff } from '../src/testing/write-tiff.js';

const SIZE = { width: 32, height: 16 };
const BOX = { x: 4, y: 2, width: 16, height: 8 };
const NOWHERE = { ...BOX, width: 0 };

/**
 * Four images in four formats and three kinds of mask, of which the fake head finds one fully, one half and two not at
 * all.
 */
async function writeMaskSet(name = 'us_foetal_head', extraRow = ''): Promise<string> {
  const image = paintImage(SIZE, BOX, 255, 0);
  const empty = paintImage(SIZE, NOWHERE, 255, 0);
  return writeDataSet(
    name,
    '\uFEFFid,image,mask,label,split,group\r\n' +
      'found,images/1.png,masks/1.png,"normal, mostly",test,p1\r\n' +
      'half,images/2.webp,masks/2.png,ill,test,p1\r\n' +
      'rightly empty,images/3.tif,masks/3.png,ill,test,p2\r\n' +
      'wrongly filled,images/4.png,masks/3.png,ill,test,p3\r\n' +
      `other split,images/none.png,masks/none.png,ill,train,p4\r\n${extraRow}`,
    {
      'images/1.png': await image.clone().png().toBuffer(),
      'images/2.webp': await image.clone().webp({ lossless: true }).toBuffer(),
      'images/3.tif': await empty.clone().tiff().toBuffer(),
      'images/4.png': await image.clone().png({ palette: true }).toBuffer(),
      'masks/1.png': await paintImage(SIZE, BOX, 1, 0).png().toBuffer(),
      'masks/2.png': await paintImage(SIZE, { ...BOX, x: 12 }, 255, 0)
        .toColourspace('srgb')
        .ensureAlpha()
        .png()
        .toBuffer(),
      'masks/3.png': await empty.clone().png().toBuffer(),
    },
  );
}

describe('medzoo evaluate on masks', () => {
  it('measures Dice and IoU: 1, 1/2, 1 for two empty masks, 0 for one', async () => {
    const { code, stdout, stderr, report } = await evaluateToJson(await writeMaskSet());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(report).toMatchObject({
      medzoo: readPackageVersion(), head: 'shapes', task: 'segmentation', dataset: 'us_foetal_head',
      split: 'test', target: 'fetal_head',
      n: 4, n_failed: 0, n_empty: 2,
      prompt: null, n_groups: 3, seed: 1, excluded_labels: [], labels: null, provider: 'fake', failed: [],
      digests: { head: 'a'.repeat(64), encoder: 'e'.repeat(64) },
    }); // prettier-ignore
    const { dice, dice_median, iou } = report.metrics;
    expect([dice!.value, dice_median!.value, iou!.value]).toEqual([0.625, 0.75, 0.583333]);
    expect(dice).not.toHaveProperty('interval95'); // of three groups
    expect(stdout).toContain('us_foetal_head, split test: 4 images in 3 groups · shapes → fetal_head');
    expect(stdout).toContain(`chosen by the folder's name "us_foetal_head"`);
    expect(stdout).toMatch(/Dice, mean +0\.625 *\n/);
    expect(stdout).toContain('3 groups');
    expect(stdout).toContain('Empty truth masks: 2.');
  });

  it('compares measurements where the index has true ones, over the rows that have', async () => {
    const data = await writeDataSet(
      'fetal_head',
      'image,mask,pixel_size_mm_original,pixel_size_mm_prepared,head_area_mm2\ni.png,m.png,0.1,0.5,30\ni.png,m.png,0.1,0.5,36\n' +
        'empty.png,m.png,0.1,0.5,10\ni.png,m.png,,,\ni.png,m.png,,,9\n',
      {
        'i.png': await paintImage(SIZE, BOX, 255, 0).png().toBuffer(),
        'm.png': await paintImage(SIZE, BOX, 255, 0).png().toBuffer(),
        'empty.png': await paintImage(SIZE, NOWHERE, 255, 0).png().toBuffer(),
      },
    );
    const { stdout, stderr, report } = await evaluateToJson(data);
    // 16 x 8 pixels of 0.25 mm² are 32 mm²: 2 too many, 4 too few; an empty mask measures 0.
    const { head_area_mm2_absolute_difference: mean, head_area_mm2_absolute_difference_median: median } =
      report.metrics;
    expect(mean).toMatchObject({ value: 5.333333, n: 3 });
    expect(mean).not.toHaveProperty('interval95');
    expect(median).toMatchObject({ value: 4, n: 3 });
    expect(report.metrics.head_area_mm2_difference).toMatchObject({ value: -4, n: 3 });
    expect(report.n).toBe(5);
    expect(stdout).toMatch(/head area in mm2, absolute difference +5\.333 +3\n/);
    expect(stderr).toBe(
      'warning: Listed with the mask of another image: 5 rows (i.png, i.png, empty.png, i.png, i.png). ' +
        'Check the index.\n' +
        'warning: True measurements that were not compared, for want of pixel_size_mm: those of 1 row.\n' +
        'warning: Found empty, and so measured as 0: 1 mask.\n',
    );
  });

  it('gives the same numbers again', async () => {
    const data = await writeMaskSet();
    const withoutTimes = ({ report }: { report: Report }) => ({ ...report, timings_ms_median: undefined });
    expect(withoutTimes(await evaluateToJson(data))).toEqual(withoutTimes(await evaluateToJson(data)));
  });

  it('counts a missing file as failed, names its row, does the others, and exits with 1', async () => {
    const data = await writeMaskSet(
      'fetal_head',
      'lost one,images/lost.png,masks/1.png,,test,\r\nno truth,images/1.png,masks/lost.png,,test,\r\n',
    );
    const { code, stderr, report } = await evaluateToJson(data);
    expect(code).toBe(1);
    expect(report.n).toBe(4);
    expect(report.failed).toEqual([
      { id: 'lost one', error: 'Its image images/lost.png: There is no such file. Check the path.' },
      { id: 'no truth', error: 'Its mask masks/lost.png: There is no such file. Check the path.' },
    ]);
    expect(stderr).toContain('lost one: Its image images/lost.png: There is no such file.');
    expect(stderr).toContain('2 images could not be evaluated.');
  });

  it("compares at the image's size and warns of masks that have another", async () => {
    const data = await writeDataSet('set', 'id,image,mask,label\nbig,i.png,m.png,fetal head\n', {
      'i.png': await paintImage(SIZE, BOX, 255, 0).png().toBuffer(),
      'm.png': await paintImage({ width: 64, height: 32 }, { x: 8, y: 4, width: 32, height: 16 }, 255, 0)
        .png()
        .toBuffer(),
    });
    const { code, stderr, report } = await evaluateToJson(data);
    expect([code, report.metrics.dice]).toEqual([0, { value: 1 }]);
    expect(stderr).toContain("Resized, nearest, as their size is not their image's: 1 mask (big).");
    expect(report.split).toBe('all');
  });

  it('reads masks of 32 bits and turned ones, says what it assumed, and counts none as empty that is not', async () => {
    const image = await paintImage(SIZE, BOX, 255, 0).png().toBuffer();
    const mask = paintImage(SIZE, BOX, 1, 0);
    const values = [...(await mask.clone().raw().toBuffer())];
    const turned = (box: typeof BOX) => paintImage(SIZE, box, 255, 0).withMetadata({ orientation: 3 }).png().toBuffer();
    const data = await writeDataSet(
      'fetal_head',
      'id,image,mask\ndeep,i.png,deep.tif\nturned,turned.png,turned-mask.png\nclear,i2.png,clear.png\nnumbered,i.png,two.png\n',
      {
        'i.png': image,
        'i2.png': image,
        'deep.tif': writeTiff({ ...SIZE, values, kind: 'int', bits: 32 }),
        'turned.png': await turned(BOX),
        'turned-mask.png': await turned(BOX),
        'clear.png': await sharp({ create: { ...SIZE, channels: 3, background: 'black' } })
          .joinChannel(await paintImage(SIZE, BOX, 255, 0).raw().toBuffer(), { raw: { ...SIZE, channels: 1 } })
          .png()
          .toBuffer(),
        'two.png': await paintImage(SIZE, BOX, 2, 1).png().toBuffer(),
      },
    );
    const { code, stderr, report } = await evaluateToJson(data);
    expect([code, report.n, report.metrics.dice!.value, report.n_empty]).toEqual([1, 3, 1, 0]);
    expect(stderr).toContain('Read from the alpha channel, as the visible colours do not vary: 1 mask (clear).');
    expect(report.failed.map(({ id }) => id)).toEqual(['numbered']);
    expect(stderr).toContain(
      'numbered: Its mask two.png: Expected a mask whose background is 0; got values from 1 up.',
    );
  });

  it('prompts a promptable head with the box of each truth, and leaves out what gives none', async () => {
    const { code, stderr, report } = await evaluateToJson(
      await writeMaskSet(),
      '--head',
      'prompted',
      '--prompt',
      'box',
    );
    expect([code, stderr]).toEqual([0, 'warning: Left out, as an empty truth mask gives no box: 2 rows.\n']);
    expect(report).toMatchObject({ head: 'prompted', target: 'object', prompt: 'box', n: 2, n_empty: 0 });
    expect(report.metrics.dice!.value).toBe(0.75);
  });

  it('says which targets there are, and takes the one it is told', async () => {
    const data = await writeMaskSet('somewhere');
    const { code, stderr } = await evaluate(data);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('--target LABEL, one of fetal_head (shapes), nuclei (shapes).\n'),
    ]);
    expect((await evaluateToJson(data, '--target', 'Foetal Head')).report.target).toBe('fetal_head');
  });
});
