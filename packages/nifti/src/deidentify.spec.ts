import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { writeNifti, WRITTEN } from '../test/write-nifti.js';
import { createNiftiDecoder, deidentifyNifti } from './index.js';

const decoder = createNiftiDecoder();

describe('deidentifyNifti', () => {
  test.each([
    ['plain', (bytes: Uint8Array) => bytes],
    ['compressed', gzipSync],
  ])('%s: no text is left, and the volume stays', (_name, pack) => {
    const bytes = pack(Buffer.concat([writeNifti({ ...WRITTEN, text: 'Planted Name' }), Buffer.from('Planted Name')]));
    const bare = deidentifyNifti(bytes);
    const plain = bare[0] === 0x1f ? gunzipSync(bare) : Buffer.from(bare);
    expect(plain.toString('latin1')).not.toContain('Planted');
    expect(decoder.describe(bare)).toEqual(decoder.describe(bytes));
    expect(decoder.decodeStored(bare, { frame: 3 })).toEqual(decoder.decodeStored(bytes, { frame: 3 }));
  });

  const planted = Buffer.from('Planted Name');
  const plant = (bytes: Buffer, places: readonly number[]): Buffer => {
    for (const at of places) planted.copy(bytes, at);
    return bytes;
  };
  const nifti2 = (): Buffer => {
    const bytes = Buffer.alloc(544 + 2);
    bytes.writeInt32LE(540);
    bytes.write('n+2\0\r\n\x1a\n', 4, 'latin1');
    bytes.writeInt16LE(2, 12);
    bytes.writeInt16LE(8, 14);
    [3, 2, 1, 1, 1, 1, 1, 1].forEach((size, index) => bytes.writeBigInt64LE(BigInt(size), 16 + 8 * index));
    for (let at = 104; at < 168; at += 8) bytes.writeDoubleLE(1, at);
    bytes.writeBigInt64LE(544n, 168);
    bytes.set([7, 9], 544);
    return plant(bytes, [240, 320, 509, 526]);
  };
  /** As of a file that was Analyze before, whose patient_id and exp_date stand where the rows of a matrix do. */
  const unplaced = (bytes: Buffer): Buffer => bytes.fill(0, 252, 256);
  const mgh = (): Buffer => {
    const bytes = Buffer.alloc(284 + 2);
    [1, 2, 1, 1, 1, 0].forEach((value, index) => bytes.writeInt32BE(value, 4 * index));
    bytes.set([7, 9], 284);
    return plant(bytes, [30, 60, 90, 200, 272]);
  };
  test.each([
    ['the unused text of NIfTI-2', nifti2],
    ['what MGH leaves free', mgh],
    ['unused fields of NIfTI-1', () => plant(Buffer.from(writeNifti({ ...WRITTEN })), [24])],
    ['intents and times of NIfTI-1', () => plant(Buffer.from(writeNifti({ ...WRITTEN })), [56, 132])],
    [
      'a place of NIfTI-1 that is none',
      () => plant(unplaced(Buffer.from(writeNifti({ ...WRITTEN }))), [258, 283, 316]),
    ],
    ['a place of NIfTI-2 that is none', () => plant(nifti2(), [354, 380, 410, 480])],
    ['lengths along no dimension of NIfTI-2', () => plant(nifti2(), [136, 150])],
  ])('%s is cleared', (_name, write) => {
    const bytes = write();
    const bare = deidentifyNifti(bytes);
    expect(Buffer.from(bare).toString('latin1')).not.toMatch(/Plan|ame/);
    expect(decoder.describe(bare)).toEqual(decoder.describe(bytes));
    expect(decoder.decodeStored(bare)).toEqual(decoder.decodeStored(bytes));
  });
});
