import { describe, expect, test } from 'vitest';
import { writeLosslessJpeg } from '../../test/write-lossless-jpeg.js';
import { readJpegHeader } from './jpeg-header.js';
import { decodeLosslessJpeg } from './jpeg-lossless.js';

const WIDTH = 5;
const HEIGHT = 4;

function drawValues(components: number): number[] {
  return Array.from({ length: WIDTH * HEIGHT * components }, (_, index) => (index * 2654435761) % 256);
}

describe.each([1, 3])('%i components', (components) => {
  const values = drawValues(components);
  const size = { width: WIDTH, height: HEIGHT, components };

  test.each([
    ['no restarts', {}],
    ['a restart after each row', { restartInterval: WIDTH }],
    ['a restart after two rows', { restartInterval: WIDTH * 2 }],
    ['each component in a scan of its own', { separateScans: true }],
    ['scans of their own with restarts', { separateScans: true, restartInterval: WIDTH }],
  ])('%s', (_name, options) => {
    const stream = writeLosslessJpeg(values, size, options);
    expect(Array.from(decodeLosslessJpeg(stream, readJpegHeader(stream)))).toEqual(values);
  });

  test('what was cut off is refused, never filled with zeros', () => {
    const stream = writeLosslessJpeg(values, size, {});
    const header = readJpegHeader(stream);
    // The last two bytes are the end-of-image marker, which may be missing.
    expect(Array.from(decodeLosslessJpeg(stream.subarray(0, -2), header))).toEqual(values);
    for (let cut = 4; cut < stream.length - 60; cut += 1) {
      expect(() => decodeLosslessJpeg(stream.subarray(0, -cut), header)).toThrow(
        expect.objectContaining({ code: 'INVALID_IMAGE' }) as Error,
      );
    }
  });

  test('a piece that is missing in the middle is refused', () => {
    const stream = writeLosslessJpeg(values, size, { restartInterval: WIDTH });
    const gap = Uint8Array.from([...stream.subarray(0, stream.length - 14), ...stream.subarray(stream.length - 6)]);
    expect(() => decodeLosslessJpeg(gap, readJpegHeader(gap))).toThrow(/Send it again/);
  });
});
