import { createHash } from 'node:crypto';
import { isZooError } from '@medzoo/core/contract';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createDicomDecoder } from '../src/index.js';
import type { StoredFrame } from '../src/index.js';
import { expectedPicture, readExpected, readShared, sharedFiles } from './shared.js';

const names = sharedFiles();
const decoder = createDicomDecoder();

function sha256({ data }: StoredFrame): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

test.runIf(names.length === 0)('left out: real DICOM files, because ../shared/dicom is absent', () => {
  expect(names).toHaveLength(0);
});

describe.runIf(names.length > 0)('real DICOM files', () => {
  test.each(names)('%s: stored values of all frames, or a refusal', async (name) => {
    const bytes = readShared(name);
    const expected = readExpected(name);
    expect(decoder.sniff(bytes)).toBe(true);
    if (expected.refuse !== undefined) {
      const error: unknown = await decoder.decodeStored(bytes).catch((reason: unknown) => reason);
      expect(isZooError(error) && error.code).toMatch(/INVALID_IMAGE|UNSUPPORTED_FORMAT/);
      return;
    }
    const description = decoder.describe(bytes);
    expect(description).toMatchObject({
      rows: expected.rows,
      columns: expected.cols,
      samples: expected.samples,
      frames: expected.frames,
    });
    const digests = expected.sha256_frames ?? [expected.sha256_frame0];
    for (const [frame, digest] of digests.entries()) {
      const stored = await decoder.decodeStored(bytes, { frame });
      expect(stored.dtype).toBe(expected.dtype);
      const found = sha256(stored);
      // Decoders of lossy streams may differ in rounding; their statistics may not.
      if (expected.tolerance === 0 || found === digest) expect(found).toBe(digest);
      else if (frame === 0) expectStatistics(stored, expected);
    }
  });

  test.each(names.filter((name) => expectedPicture(name) !== undefined))(
    '%s: as a person should see it',
    async (name) => {
      const shown = await decoder.decodeFrame(readShared(name));
      const { data, info } = await sharp(expectedPicture(name))
        .removeAlpha()
        .toColourspace(shown.channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(shown).toMatchObject({ width: info.width, height: info.height, channels: info.channels });
      const worst = data.reduce((most, level, index) => Math.max(most, Math.abs(level - shown.data[index]!)), 0);
      expect(worst).toBeLessThanOrEqual(2);
    },
  );
});

test.runIf(names.includes('JPGExtended.dcm'))(
  '12-bit JPEG without its end is refused, and the next one is read',
  async () => {
    const bytes = Uint8Array.from(readShared('JPGExtended.dcm'));
    const end = Buffer.from(bytes.buffer).lastIndexOf(Uint8Array.of(0xff, 0xd9));
    const cut = bytes.slice().fill(0, end, end + 2);
    await expect(decoder.decodeStored(cut)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    expect((await decoder.decodeStored(bytes)).dtype).toBe('uint16');
  },
);

function expectStatistics({ data }: StoredFrame, expected: ReturnType<typeof readExpected>): void {
  let [smallest, largest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of data) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
    sum += value;
  }
  expect(Math.abs(smallest - expected.min)).toBeLessThanOrEqual(expected.tolerance);
  expect(Math.abs(largest - expected.max)).toBeLessThanOrEqual(expected.tolerance);
  expect(Math.abs(sum / data.length - expected.mean)).toBeLessThanOrEqual(0.1);
}
