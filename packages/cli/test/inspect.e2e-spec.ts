import { createHash } from 'node:crypto';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawEnhanced, drawSlice } from '../../export/test/dicom-files.js';
import { paintImage } from '../src/testing/paint-image.js';
import { spawnCommand } from '../src/testing/spawn-command.js';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const inspect = (...args: string[]) => spawnCommand(['inspect', ...args], folder);

/** 12 bits with their sign in 16: -3 and 5, and junk above the stored bits. */
const STORED = Int16Array.from({ length: 20 * 12 }, (_, index) => (index % 2 === 0 ? -3 : 5));
const WRITTEN = Uint16Array.from(STORED, (value) => (value & 0xfff) | 0x5000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  const bits = { '00280101 US': 12, '00280102 US': 11, '00280103 US': 1 };
  const window = { '00281050 DS': '1', '00281051 DS': '9', '00281053 DS': '1', '00281052 DS': '0' };
  const pixels = { '7fe00010 OW': new Uint8Array(WRITTEN.buffer), '00280301 CS': 'NO' };
  await writeFile(at('slice.dcm'), drawSlice(7, { ...bits, ...window, ...pixels }));
});

describe('medzoo inspect', () => {
  it('prints what is in a DICOM file as JSON, and nothing of the patient', async () => {
    const { code, stdout, stderr } = await inspect('slice.dcm', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      format: 'dicom',
      transferSyntax: '1.2.840.10008.1.2.1',
      sopClass: '1.2.840.10008.5.1.4.1.1.2',
      modality: 'CT',
      rows: 12,
      columns: 20,
      frames: 1,
      samples: 1,
      photometric: 'MONOCHROME2',
      bitsStored: 12,
      signed: true,
      spacing: { x: 0.5, y: 0.8, unit: 'mm', source: 'PixelSpacing' },
      windows: [{ center: 1, width: 9, function: 'LINEAR' }],
      flags: { burnedIn: 'no', lossy: false, overlays: 0, padding: null },
      geometry: { position: [-10, 5, 7], orientation: { row: [1, 0, 0], column: [0, 1, 0] } },
      storedValues: {
        dtype: 'int16',
        min: -3,
        max: 5,
        mean: 1,
        sha256: createHash('sha256').update(new Uint8Array(STORED.buffer)).digest('hex'),
      },
    });
    const text = (await inspect('slice.dcm')).stdout;
    for (const printed of [stdout, text]) expect(printed).not.toMatch(/planted|1970-?01-?02|2024-?01-?31|1\.2\.826/i);
    expect(text).toContain('0.5 × 0.8 mm (PixelSpacing)');
    expect(text).toContain('no writing is drawn into the pixels');
  });

  it('writes the frame as a person sees it: by the window of the file', async () => {
    expect((await inspect('slice.dcm', '--pixels', 'out.png')).stderr).toBe('The frame is in out.png.\n');
    expect(await sharp(at('out.png')).metadata()).toMatchObject({ width: 20, height: 12, channels: 1 });
    const data = await sharp(at('out.png')).extractChannel(0).raw().toBuffer();
    // LINEAR from -3.5 to 4.5 (PS3.3, C.11.2.1.2.1).
    expect([data[0], data[1]]).toEqual([16, 255]);
  });

  it('never writes the picture over the image, whatever its name', async () => {
    const before = await readFile(at('slice.dcm'));
    await symlink(at('slice.dcm'), at('link.png'));
    for (const target of ['slice.dcm', 'link.png']) {
      const { code, stderr } = await inspect('slice.dcm', '--pixels', target);
      expect([code, stderr]).toEqual([1, expect.stringContaining('would be lost')]);
    }
    expect(await readFile(at('slice.dcm'))).toEqual(before);
  });

  it('takes one frame of several, and raster files', async () => {
    await writeFile(at('enhanced.dcm'), drawEnhanced([0, 3, 6]));
    const second = JSON.parse((await inspect('enhanced.dcm', '--json', '--frame', '1')).stdout) as object;
    expect(second).toMatchObject({ frames: 3, geometry: { position: [-10, 5, 3] } });
    await writeFile(
      at('scan.png'),
      await paintImage({ width: 3, height: 2 }, { x: 0, y: 0, width: 1, height: 1 }, 255, 0).png().toBuffer(),
    );
    const raster = JSON.parse((await inspect('scan.png', '--json')).stdout) as object;
    expect(raster).toMatchObject({
      ...{ format: 'png', transferSyntax: null, modality: null, rows: 2, columns: 3, spacing: null, windows: [] },
      storedValues: { dtype: 'uint8', min: 0, max: 255 },
    });
  });

  it('refuses by name, for a program as JSON, with exit code 1', async () => {
    await writeFile(at('report.dcm'), drawSlice(0, { '00080016 UI': '1.2.840.10008.5.1.4.1.1.88.33' }));
    const { code, stdout, stderr } = await inspect('report.dcm', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNSUPPORTED_FORMAT' } });
    expect(stderr).toMatch(/^error: report\.dcm: .*structured report/i);
    expect((await inspect('gone.dcm')).stderr).toBe('error: gone.dcm: There is no such file. Check the path.\n');
    const gone = await inspect('gone.dcm', '--json');
    expect([gone.code, JSON.parse(gone.stdout)]).toEqual([
      1,
      { error: { code: 'INVALID_IMAGE', message: 'There is no such file. Check the path.' } },
    ]);
    expect((await inspect('.')).stderr).toContain('This is a folder. Name an image in it.\n');
    expect((await inspect('slice.dcm', '--frame', '2', '--json')).stdout).toContain('INVALID_PARAM');
    expect((await inspect('slice.dcm', '--pixels', 'no/where.png')).stderr).toContain('cannot be written');
    expect((await inspect('slice.dcm', '--pixels', 'seen.jpg')).stderr).toContain('Name a file that ends in .png.');
  });
});
