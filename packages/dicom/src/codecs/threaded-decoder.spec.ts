import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { drawPicture, encodeStream } from '../../test/encode-stream.js';
import { fragments, imageEntries, writeDicom } from '../../test/write-dicom.js';
import { createDicomDecoder } from '../dicom.js';
import { createStreamDecoder } from './decode-stream.js';
import { createThreadedDecoder } from './threaded-decoder.js';

/** As large as a decoder takes. */
const SIDE = 7000;
const BOMB_SHAPE = { rows: SIDE, columns: SIDE, samples: 1, bitsAllocated: 8, bitsStored: 8 } as const;
const SMALL = { rows: 24, columns: 20, samples: 1, bitsAllocated: 8, bitsStored: 8 } as const;

/** 100 kB that take a codec seconds and hundreds of megabytes: each of the scans walks over all pixels. */
function drawBomb(): Promise<Buffer> {
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#777' } })
    .toColourspace('b-w')
    .jpeg({ progressive: true, quality: 50 })
    .toBuffer();
}

describe('createThreadedDecoder', () => {
  it('decodes as without a thread', async () => {
    const threaded = createThreadedDecoder();
    const direct = createStreamDecoder();
    for (const encoder of ['JpegLs', 'Jpeg2000', 'Jpeg'] as const) {
      const stream = await encodeStream(encoder, drawPicture(24, 20, 1, 8));
      expect(await threaded.decode(stream, SMALL)).toEqual(await direct.decode(stream, SMALL));
    }
    await expect(threaded.decode(new Uint8Array(40), SMALL)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it.each([
    ['time', { timeoutMs: 150 }, /more than 0.15 seconds/],
    ['memory', { maxGrowthBytes: 60e6 }, /more than 60000000 bytes of memory/],
  ])(
    'refuses a stream that takes more %s than it may, and reads the next one',
    async (_, limits, message) => {
      const small = createThreadedDecoder(limits);
      const good = await encodeStream('Jpeg', drawPicture(24, 20, 1, 8), { lossy: true });
      const bomb = await drawBomb();
      // Of samples, should there be any, their number: to print them all would take the heap.
      const decoded = small.decode(bomb, BOMB_SHAPE).then(() => 'all samples');
      await expect(decoded).rejects.toMatchObject({
        code: 'INVALID_IMAGE',
        message: expect.stringMatching(message) as string,
      });
      const expected = await createStreamDecoder().decode(good, SMALL);
      // A new thread takes its time on a busy machine.
      await vi.waitFor(async () => expect(await small.decode(good, SMALL)).toEqual(expected), { timeout: 30_000 });
    },
    60_000,
  );

  it('is what a decoder of DICOM takes for its codecs', async () => {
    const bomb = await drawBomb();
    const file = writeDicom(
      imageEntries(
        [['00280010', 'US', [SIDE]], ['00280011', 'US', [SIDE]], fragments([bomb])], // prettier-ignore
        { bits: 8 },
      ),
      { syntax: '1.2.840.10008.1.2.4.50' },
    );
    const decoder = createDicomDecoder({ codecThread: { timeoutMs: 50 } });
    const decoded = decoder.decodeStored(file).then(() => 'all samples');
    await expect(decoded).rejects.toMatchObject({ message: expect.stringContaining('0.05 seconds') as string });
  }, 60_000);
});
