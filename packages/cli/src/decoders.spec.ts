import { readStoredPixels } from '@medzoo/core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { fragments, imageEntries, writeDicom } from '../../dicom/test/write-dicom.js';
import { withDecoders } from './decoders.js';

const SIDE = 3000;

it('decodes compressed pixels beside the command, which could otherwise end no codec that hangs', async () => {
  const stream = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#777' } })
    .toColourspace('b-w')
    .jpeg({ progressive: true })
    .toBuffer();
  const size = [['00280010', 'US', [SIDE]] as const, ['00280011', 'US', [SIDE]] as const];
  const entries = imageEntries([...size, fragments([stream])], { bits: 8 });
  const file = writeDicom(entries, { syntax: '1.2.840.10008.1.2.4.50' });
  const { decoders, limits } = withDecoders({});
  await readStoredPixels(file, limits, { decoders }); // the codec is loaded
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const { data } = await readStoredPixels(file, limits, { decoders });
  clearImmediate(next);
  expect(data).toHaveLength(SIDE * SIDE);
  expect(turns).toBeGreaterThan(20); // of the event loop, which is free meanwhile
}, 60_000);
