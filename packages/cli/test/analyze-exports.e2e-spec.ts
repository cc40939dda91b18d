import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawSlice, drawUltrasound } from '../../export/test/dicom-files.js';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';

const SIZE = { width: 20, height: 12 };
const HALF = 10 * 12;

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const analyze = (...args: string[]) => spawnCommand(['analyze', '--config', FAKE_CONFIG, ...args], folder);
const readOut = (name: string) => readFile(at('medzoo-out', name));

/** Its left half is white. */
function halves(): { readonly '7fe00010 OW': Uint8Array } {
  const { width, height } = SIZE;
  const pixels = Uint16Array.from({ length: width * height }, (_, index) => (index % width < width / 2 ? 1000 : 0));
  return { '7fe00010 OW': new Uint8Array(pixels.buffer) };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exports-'));
  await mkdir(at('study'));
});

describe('medzoo analyze --formats', () => {
  it('writes all formats of a series', async () => {
    for (const z of [4, 0, 2]) await writeFile(at('study', `z${z}.dcm`), drawSlice(z, halves()));
    const formats = 'seg,rtstruct,sr,sc,nifti,geojson,coco,png,rle,csv';
    const { code, stderr } = await analyze('study', '--heads', 'shapes', '--formats', formats);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining(' no ')]);
    const names = (await readdir(at('medzoo-out'))).filter((name) => !/^study\.\d\.shapes\.png$/.test(name));
    const numbers = [0, 1, 2];
    expect(names.toSorted()).toEqual(
      [
        ...['answers.json', 'results.csv', 'shapes.coco.json', 'study.shapes.geojson', 'study.shapes.nii.gz'],
        ...['study.shapes.rle.json', 'study.shapes.rtstruct.dcm', 'study.shapes.seg.dcm', 'study.shapes.sr.dcm'],
        ...numbers.flatMap((number) => [
          `study.shapes.${number}.fetal_head.png`,
          `study.shapes.${number}.nuclei.png`,
          `study.shapes.${number}.sc.dcm`,
        ]),
      ].toSorted(),
    );

    const seg = await spawnCommand(['inspect', '--json', at('medzoo-out/study.shapes.seg.dcm')], folder);
    expect(JSON.parse(seg.stdout)).toMatchObject({
      ...{ modality: 'SEG', rows: 12, columns: 20, frames: 6, bitsStored: 1 },
      storedValues: { min: 0, max: 1, mean: 0.5 },
    });
    const volume = gunzipSync(await readOut('study.shapes.nii.gz'));
    expect([40, 42, 44, 46].map((place) => volume.readInt16LE(place))).toEqual([3, 20, 12, 3]);
    expect(volume.subarray(352).filter((label) => label === 1)).toHaveLength(3 * HALF);

    const rows = (await readOut('results.csv')).toString().trim().split(/\r?\n/);
    expect(rows).toHaveLength(1 + 3 * 2);
    expect(rows[1]).toMatch(/^study\/z0\.dcm,,shapes,.*,fetal_head,.*,mm,/);
    const coco = JSON.parse((await readOut('shapes.coco.json')).toString()) as Record<string, unknown[]>;
    expect([coco.images, coco.annotations, coco.categories].map((list) => list!.length)).toEqual([3, 6, 2]);
    const mask = await sharp(await readOut('study.shapes.0.fetal_head.png'))
      .raw()
      .toBuffer();
    expect(mask.filter((value) => value === 255).length % HALF).toBe(0);
  });

  it('refuses what an image cannot become, with what it can become, and writes the rest', async () => {
    await writeFile(at('us.dcm'), drawUltrasound());
    await writeFile(
      at('scan.png'),
      await paintImage(SIZE, { x: 0, y: 0, width: 9, height: 9 }, 255, 0).png().toBuffer(),
    );
    const { code, stderr } = await analyze('us.dcm', 'scan.png', '--formats', 'seg,sr,nifti,geojson');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^us\.dcm: no seg of shapes: .*lacks ImagePositionPatient.*Possible: sr, sc, geojson/m);
    expect(stderr).toMatch(/^us\.dcm: no sr of shade: .*normal, pneumonia has none/m);
    expect(stderr).toMatch(/^scan\.png: no seg of shapes: seg is derived from a DICOM file.*geojson/m);
    expect(stderr).toMatch(/^scan\.png: no nifti of shapes: .*Possible: geojson/m);
    expect(await readdir(at('medzoo-out'))).toEqual(
      expect.arrayContaining(['us.shapes.geojson', 'us.shapes.sr.dcm', 'scan.shapes.geojson']),
    );
  });

  it('has no name of a patient in what is no DICOM file', async () => {
    await writeFile(at('one.dcm'), drawSlice(0, halves()));
    const { stdout, stderr } = await analyze('one.dcm', '--formats', 'nifti,geojson,coco,rle,csv');
    const names = await readdir(at('medzoo-out'));
    const texts = await Promise.all(names.map(async (name) => (await readOut(name)).toString('latin1')));
    for (const text of [stdout, stderr, ...texts]) expect(text).not.toMatch(/planted|1970-?01-?02/i);
  });

  it('warns before it runs: another modality, and pixels that may show a name', async () => {
    await writeFile(at('us.dcm'), drawUltrasound());
    const { code, stderr } = await analyze('us.dcm', '--heads', 'shapes,shade', '--formats', 'sc');
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^us\.dcm: The file is of modality US, and the head "shade" was trained on DX/),
      expect.stringMatching(/^us\.dcm: The pixels may show who the patient is/),
    ]);
    const { images } = JSON.parse((await readOut('answers.json')).toString()) as {
      readonly images: readonly { readonly heads: Record<string, { readonly provenance: object }> }[];
    };
    expect(images[0]!.heads.shade!.provenance).toMatchObject({ warnings: [expect.stringContaining('US') as string] });
    expect(images[0]!.heads.shapes!.provenance).not.toHaveProperty('warnings');
  });

  it('says which formats there are', async () => {
    const { code, stderr } = await analyze('one.dcm', '--formats', 'seg,geoJSN');
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no format "geojsn". There are seg, ')]);
  });
});
