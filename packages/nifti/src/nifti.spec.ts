import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NUMBERS, RAS, writeNifti, WRITTEN } from '../test/write-nifti.js';
import { createNiftiDecoder, deidentifyNifti, nifti } from './index.js';

const decoder = createNiftiDecoder();

describe('slices', () => {
  test('are counted from 0, volume by volume', () => {
    const bytes = writeNifti(WRITTEN);
    expect(decoder.describe(bytes)).toMatchObject({ frames: 4, slices: 2, volumes: 2, rows: 3, columns: 2 });
    expect(Array.from(decoder.decodeStored(bytes, { frame: 3 }).data)).toEqual([180, 190, 200, 210, 220, 230]);
  });

  test.each([
    ['axial', { rows: 3, columns: 2, slices: 2 }],
    ['coronal', { rows: 2, columns: 2, slices: 3 }],
    ['sagittal', { rows: 2, columns: 3, slices: 2 }],
  ] as const)('%s', (plane, size) => {
    expect(decoder.describe(writeNifti(WRITTEN), { slices: plane })).toMatchObject(size);
  });

  test("are turned as a viewer shows them: the patient's left at the right, front up, head up", () => {
    const bytes = writeNifti(WRITTEN);
    const window = { rule: 'fixed', center: 127.5, width: 255, function: 'LINEAR_EXACT' } as const;
    const shown = (slices: 'axial' | 'coronal' | 'sagittal') =>
      Array.from(decoder.decodeFrame(bytes, { slices, window }).data);
    // In RAS both i and j run against columns and rows.
    expect(shown('axial')).toEqual([50, 40, 30, 20, 10, 0]);
    expect(shown('coronal')).toEqual([70, 60, 10, 0]);
    expect(shown('sagittal')).toEqual([100, 80, 60, 40, 20, 0]);
    expect(decoder.describe(bytes).geometry).toEqual({
      // The voxel at the largest i and j, in LPS.
      position: [-12, -26, 30],
      orientation: { row: [1, 0, 0], column: [0, 1, 0] },
    });
  });

  test('are shown as they are stored where the header places them nowhere', () => {
    const bytes = writeNifti({ size: [2, 3, 2, 2], code: 2, values: NUMBERS, pixdim: [1, 2, 3, 4] });
    expect(decoder.describe(bytes)).toMatchObject({
      geometry: null,
      grid: { plane: null },
      spacing: { x: 2, y: 3, z: 4, source: 'header' },
      pixelAspectRatio: 1.5,
    });
    expect(Array.from(decoder.decodeFrame(bytes, { window: { rule: 'stored' } }).data)).toEqual([
      0, 10, 20, 30, 40, 50,
    ]);
  });

  test('are not placed by a quaternion with a negative length, which readers take differently', () => {
    const written = { ...WRITTEN, pixdim: [1, -2, 3, 4], quaternion: [0, 0, 0] } as const;
    const { sform: _, ...quaternion } = written;
    expect(decoder.describe(writeNifti(quaternion))).toMatchObject({ geometry: null, spacing: { x: 2, y: 3, z: 4 } });
    expect(decoder.describe(writeNifti(written)).geometry).not.toBeNull();
  });

  test.each([4, -1, 0.5])('there is no frame %d', (frame) => {
    expect(() => decoder.decodeFrame(writeNifti(WRITTEN), { frame })).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAM' }) as Error,
    );
  });
});

describe('values', () => {
  const two = (write: (view: DataView, at: number, value: number) => void, bytes: number): Uint8Array => {
    const values = new Uint8Array(2 * bytes);
    [-2, 7].forEach((value, index) => {
      write(new DataView(values.buffer), index * bytes, value);
    });
    return values;
  };

  test.each([true, false])('of each type, little endian: %s', (little) => {
    const kinds = [
      [4, 'int16', two((view, at, value) => view.setInt16(at, value, little), 2)],
      [8, 'int32', two((view, at, value) => view.setInt32(at, value, little), 4)],
      [16, 'float32', two((view, at, value) => view.setFloat32(at, value, little), 4)],
      [64, 'float64', two((view, at, value) => view.setFloat64(at, value, little), 8)],
      [256, 'int8', two((view, at, value) => view.setInt8(at, value), 1)],
      [1024, 'float64', two((view, at, value) => view.setBigInt64(at, BigInt(value), little), 8)],
    ] as const;
    for (const [code, dtype, values] of kinds) {
      const stored = decoder.decodeStored(writeNifti({ size: [2, 1, 1], code, values, littleEndian: little }));
      expect(stored.dtype).toBe(dtype);
      expect(Array.from(stored.data)).toEqual([-2, 7]);
    }
  });

  test('colour', () => {
    const shown = decoder.decodeFrame(
      writeNifti({ size: [2, 1, 1], code: 2304, values: Uint8Array.of(1, 2, 3, 99, 4, 5, 6, 99) }),
    );
    expect(shown).toMatchObject({ channels: 3, window: null });
    expect(Array.from(shown.data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('slope and intercept come before the window, and are not applied to what is stored', () => {
    const bytes = writeNifti({ ...WRITTEN, slope: 2, intercept: -100, sform: RAS });
    expect(decoder.decodeFrame(bytes)).toMatchObject({
      window: { center: -50, width: 100, source: 'range' },
      modality: { kind: 'rescale', slope: 2, intercept: -100 },
    });
    expect(decoder.decodeStored(bytes).data[1]).toBe(10);
  });

  test("cal_min and cal_max are the file's window", () => {
    const bytes = writeNifti({ ...WRITTEN, display: [10, 30] });
    expect(decoder.decodeFrame(bytes).window).toEqual({
      center: 20,
      width: 20,
      function: 'LINEAR_EXACT',
      source: 'file',
    });
  });
});

describe('where a volume lies', () => {
  test('a quaternion whose length is a little more than 1', () => {
    const { spacing, geometry } = decoder.describe(
      writeNifti({
        size: [2, 2, 2],
        code: 2,
        values: new Uint8Array(8),
        quaternion: [0, 0, 1.0000001],
        pixdim: [1, 2, 3, 4],
      }),
    );
    expect(spacing).toMatchObject({ source: 'affine' });
    expect([spacing.x, spacing.y, spacing.z].map((value) => Math.round(value * 1000) / 1000)).toEqual([2, 3, 4]);
    expect(geometry).not.toBeNull();
  });

  test('metres and micrometres become millimetres; a unit that is not named is said so', () => {
    const withUnits = (units: number) => decoder.describe(writeNifti({ ...WRITTEN, units })).spacing;
    expect(withUnits(1)).toMatchObject({ x: 2000 });
    expect(withUnits(3).x).toBeCloseTo(0.002);
    expect(withUnits(0)).toMatchObject({ x: 2, source: 'header without a unit' });
  });
});

describe('what is refused', () => {
  const refuse = (bytes: Uint8Array, code: string): void =>
    expect(() => decoder.decodeFrame(bytes)).toThrow(expect.objectContaining({ code }) as Error);

  test('what is none, what was cut off, what is a pair, what is complex', () => {
    const bytes = writeNifti(WRITTEN);
    refuse(new Uint8Array(400), 'INVALID_IMAGE');
    refuse(bytes.subarray(0, -1), 'INVALID_IMAGE');
    refuse(gzipSync(bytes).subarray(0, -12), 'INVALID_IMAGE');
    refuse(gzipSync(bytes.subarray(0, -1)), 'INVALID_IMAGE');
    const pair = bytes.slice();
    pair.set(new TextEncoder().encode('ni1'), 344);
    refuse(pair, 'UNSUPPORTED_FORMAT');
    refuse(writeNifti({ size: [1, 1, 1], code: 32, values: new Uint8Array(8) }), 'UNSUPPORTED_FORMAT');
  });

  test('a short compressed file with other bytes behind its end, as a damaged volume', () => {
    const file = Buffer.concat([gzipSync(writeNifti(WRITTEN)), Buffer.from('more')]);
    expect(nifti().sniff(file)).toBe('nifti');
    expect(() => decoder.decodeFrame(file)).toThrow('has other bytes behind its end');
  });

  test.each([NaN, -Infinity, Infinity, -10, 148])(
    'voxels that begin at byte %d, before or beside the header',
    (offset) => {
      const bytes = writeNifti(WRITTEN);
      new DataView(bytes.buffer, bytes.byteOffset).setFloat32(108, offset, true);
      refuse(bytes, 'INVALID_IMAGE');
    },
  );

  test('sizes that are none', () => {
    refuse(writeNifti({ ...WRITTEN, size: [2, 0, 2] }), 'INVALID_IMAGE');
    refuse(writeNifti({ ...WRITTEN, size: [2, -3, 2] }), 'INVALID_IMAGE');
  });

  test('a bomb, before it is inflated', () => {
    const bomb = gzipSync(writeNifti({ ...WRITTEN, size: [30_000, 30_000, 30_000] }));
    refuse(bomb, 'IMAGE_TOO_LARGE');
    const hidden = gzipSync(new Uint8Array([...writeNifti(WRITTEN), ...new Uint8Array(2 ** 22)]));
    const strict = createNiftiDecoder({ limits: { maxInflatedBytes: 2 ** 20 } });
    expect(() => strict.decodeFrame(hidden)).toThrow(expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }) as Error);
  });

  test('a rule and a plane that are none', () => {
    expect(() => decoder.decodeFrame(writeNifti(WRITTEN), { slices: 'oblique' as never })).toThrow(/slices must be/);
    expect(() => decoder.decodeFrame(writeNifti(WRITTEN), { window: { rule: 'x' } as never })).toThrow(/window/);
  });
});

test('a text of the file is in no description', () => {
  expect(JSON.stringify(decoder.describe(writeNifti({ ...WRITTEN, text: 'PLANTED^PATIENT' })))).not.toContain(
    'PLANTED',
  );
});

test('is known by its header behind all that gzip may write before it', () => {
  const plain = gzipSync(writeNifti(WRITTEN));
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = 2 + 4 + 8 + 16;
  const file = Buffer.concat([head, Buffer.from('\x03\0abcname.nii\0a comment\0cc', 'latin1'), plain.subarray(10)]);
  expect(decoder.sniff(file.subarray(0, 512))).toBe(true);
});

test('as a decoder of a config', async () => {
  const bytes = gzipSync(writeNifti(WRITTEN));
  const plug = nifti();
  expect(plug.sniff(bytes.subarray(0, 512))).toBe('nifti');
  expect(plug.sniff(new Uint8Array(512))).toBeUndefined();
  const file = { source: bytes, size: bytes.length, read: async () => Promise.resolve(bytes) };
  const image = await plug.open(file, 'nifti', { frame: 1 });
  expect(image.description).toMatchObject({ format: 'nifti', width: 2, height: 3, frame: 1, frames: 4 });
  const shown = await image.decode(bytes, {
    window: { center: 100, width: 50 },
    purpose: 'head',
    timeoutSeconds: 20,
  });
  expect(shown.view.window).toMatchObject({ center: 100, width: 50, source: 'request' });
  expect(shown.view.spacing).toMatchObject({ unit: 'mm' });
  const across = await plug.open(file, 'nifti', { slices: 0 });
  expect(across.description).toMatchObject({ width: 3, height: 2 });
});

test('no limit is taken away by undefined or NaN', () => {
  const limits = { maxBytes: NaN };
  const refused = /^limits\.maxBytes is a number, 0 or more; got NaN\.$/;
  expect(() => nifti({ limits })).toThrow(refused);
  expect(() => createNiftiDecoder().describe(writeNifti(WRITTEN), { limits })).toThrow(refused);
  expect(() => deidentifyNifti(writeNifti(WRITTEN), limits)).toThrow(refused);
});
