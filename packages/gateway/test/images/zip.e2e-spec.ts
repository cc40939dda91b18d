import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { createFolder } from '../create-folder.js';
import { halves } from '../draw-halves.js';
import { drawZip } from './draw-zip.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

describe('medical files', () => {
  it('come as a ZIP of a series, in the order in which they lie, whatever their names', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const zip = drawZip({
      '../../escape.dcm': drawSlice(4, halves()),
      '/etc/passwd': drawSlice(0, halves()),
      'series/': new Uint8Array(),
      'series/b.dcm': drawSlice(2, halves()),
      'README.txt': Buffer.from('no image'),
      'broken.dcm': drawSlice(6).subarray(0, 700),
    });
    const { status, body } = await gateway.upload(zip);
    expect(status).toBe(201);
    const { images, series, passedOver, refused } = body as {
      readonly images: readonly { readonly id: string }[];
      readonly series: readonly { readonly images: readonly string[]; readonly isVolume: boolean }[];
      readonly passedOver: number;
      readonly refused: Readonly<Record<string, number>>;
    };
    expect([images.length, passedOver, refused]).toEqual([3, 1, { INVALID_IMAGE: 1 }]);
    expect(series).toEqual([
      { id: expect.any(String) as string, images: images.map(({ id }) => id), isVolume: true, reason: null },
    ]);
    const names = await readdir(dataDir);
    expect(names.filter((name) => name.endsWith('.dicom'))).toHaveLength(3);
    expect(names.filter((name) => name.endsWith('.upload'))).toEqual([]);
  });

  it('come as a ZIP of a series with a gap, which is said by the numbers in its list', async () => {
    const gateway = await startMedicalGateway();
    const zip = drawZip({ a: drawSlice(12, halves()), b: drawSlice(0, halves()), c: drawSlice(4, halves()) });
    const { series } = (await gateway.upload(zip)).body as { readonly series: readonly object[] };
    expect(series).toEqual([
      expect.objectContaining({
        isVolume: false,
        reason: expect.stringContaining('Between slices 0 and 1 lie 4.00 mm') as string,
      }),
    ]);
  });

  it('come as a ZIP by POST /images alone: GraphQL stores nothing of one', async () => {
    const dataDir = createFolder();
    const gateway = await startMedicalGateway({ dataDir });
    const form = new FormData();
    const query = 'mutation ($f: Upload!) { uploadImage(file: $f) { id } }';
    form.set('operations', JSON.stringify({ query, variables: { f: null } }));
    form.set('map', '{"f":["variables.f"]}');
    form.set('f', new Blob([drawZip({ a: drawSlice(0, halves()) })]), 'a.zip');
    const { errors } = await gateway.query('', {}, { body: form, headers: { 'apollo-require-preflight': 'yes' } });
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('POST /images') as string });
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.dicom'))).toEqual([]);
  });

  it('are bounded: what a ZIP inflates to, and what it claims', async () => {
    const gateway = await startMedicalGateway({ maxImageBytes: 100_000 });
    const bomb = await gateway.upload(drawZip({ a: Buffer.alloc(2_000_000) }));
    expect(bomb).toMatchObject({ status: 413, body: { error: { code: 'IMAGE_TOO_LARGE' } } });
    const liar = await gateway.upload(drawZip({ a: Buffer.alloc(2_000_000) }, 10));
    expect(liar.status).toBeGreaterThanOrEqual(400);
    const empty = await gateway.upload(drawZip({ 'a.txt': Buffer.from('text') }));
    expect(empty).toMatchObject({ status: 400, body: { error: { code: 'INVALID_IMAGE' } } });
    expect((await gateway.upload(Buffer.from('PK\x03\x04 and no more', 'latin1'))).status).toBe(400);
    expect(bomb.body).toMatchObject({ error: { message: expect.stringContaining('A file in the ZIP') as string } });
  });
});
