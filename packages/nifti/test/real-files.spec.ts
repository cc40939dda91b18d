import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createNiftiDecoder, deidentifyNifti } from '../src/index.js';

const FOLDER = fileURLToPath(new URL('../../../../shared/nifti/', import.meta.url));

interface Listed {
  readonly file: string;
  readonly shape: readonly number[];
  readonly zooms: readonly number[];
}

/** file,format,"shape",dtype,"zooms",axes ... */
function readManifest(): readonly Listed[] {
  if (!existsSync(FOLDER)) return [];
  const lines = readFileSync(`${FOLDER}MANIFEST.csv`, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [file = ''] = line.split(',');
    const [shape = '', zooms = ''] = Array.from(line.matchAll(/\(([\d., ]+)\)/g), ([, inner = '']) => inner);
    const numbers = (text: string) => text.split(',').map(Number);
    return { file, shape: numbers(shape), zooms: numbers(zooms) };
  });
}

const listed = readManifest();
const decoder = createNiftiDecoder();

test.runIf(listed.length === 0)('left out: real NIfTI files, because ../shared/nifti is absent', () => {
  expect(listed).toHaveLength(0);
});

describe.runIf(listed.length > 0)('real NIfTI and MGH files', () => {
  test.each(listed)('$file: describes itself as before without its texts', ({ file }) => {
    const bytes = readFileSync(FOLDER + file);
    const bare = deidentifyNifti(bytes);
    expect(decoder.describe(bare)).toEqual(decoder.describe(bytes));
    expect(decoder.decodeStored(bare, { frame: 1 })).toEqual(decoder.decodeStored(bytes, { frame: 1 }));
  });

  test.each(listed)('$file', ({ file, shape, zooms }) => {
    const bytes = readFileSync(FOLDER + file);
    expect(decoder.sniff(bytes)).toBe(true);
    const { grid, slices, volumes, spacing } = decoder.describe(bytes, { slices: 2 });
    expect([slices, volumes]).toEqual([shape[2], shape[3] ?? 1]);
    const sizes: Record<number, number> = {
      [grid.columns.axis]: spacing.x,
      [grid.rows.axis]: spacing.y,
      [grid.slice]: spacing.z,
    };
    for (const axis of [0, 1, 2]) expect(sizes[axis]).toBeCloseTo(zooms[axis]!, 3);
    for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
      const described = decoder.describe(bytes, { slices: plane });
      const shown = decoder.decodeFrame(bytes, { slices: plane, frame: described.slices >> 1 });
      expect(shown.data).toHaveLength(described.rows * described.columns);
    }
  });
});
