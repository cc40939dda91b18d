import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import type { NiftiLimits } from './limits.js';
import { isMgh, readMghHeader } from './read-mgh-header.js';
import { isHeaderOfPair, niftiVersion, readNiftiHeader } from './read-nifti-header.js';
import { invalidImage, tooLarge, unsupported } from './refuse.js';
import type { Volume } from './volume.js';

/**
 * Holds the longest header even where it does not compress; what it inflates to is bounded by deflate itself (1032
 * times).
 */
const HEADER_BYTES = 4096;

/**
 * Whether this is NIfTI-1, NIfTI-2 or MGH, compressed or not. 512 bytes are enough where it is not compressed; else a
 * few hundred more.
 */
export function sniffNifti(bytes: Uint8Array): boolean {
  const start = readStart(bytes);
  return start !== undefined && (niftiVersion(start) !== undefined || isHeaderOfPair(start) || isMgh(start));
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function readStart(bytes: Uint8Array): Uint8Array | undefined {
  const start = bytes.subarray(0, HEADER_BYTES);
  if (!isGzip(bytes)) return start;
  try {
    // Not as gzip: bytes behind a short file's end would make an error of all, and hide what the file is.
    return inflateRawSync(start.subarray(findDeflated(start)), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** Where a gzip file's compressed data begin: behind its extra field, name, comment and checksum (RFC 1952). */
function findDeflated(gzip: Uint8Array): number {
  const flags = gzip[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (gzip[10] ?? 0) + 256 * (gzip[11] ?? 0);
  for (const text of [8, 16]) if (flags & text) at = gzip.indexOf(0, at) + 1;
  return at + (flags & 2);
}

/** Reads and checks the header without inflating the rest. */
export function readHeader(bytes: Uint8Array, limits: NiftiLimits): Volume {
  if (bytes.length > limits.maxBytes) throw tooLarge('bytes', limits.maxBytes, bytes.length, 'maxBytes');
  const start = readStart(bytes);
  if (!start || !sniffNifti(bytes))
    throw invalidImage('This is neither NIfTI nor MGH. Send a .nii, .nii.gz, .mgh or .mgz file.');
  if (niftiVersion(start) === undefined && isHeaderOfPair(start)) {
    throw unsupported('This is one file of a pair (.hdr and .img). Save it as a single .nii file.');
  }
  const volume = niftiVersion(start) === undefined ? readMghHeader(start) : readNiftiHeader(start);
  checkSize(bytes, volume, limits);
  return volume;
}

function checkSize(bytes: Uint8Array, { size, volumes, type, offset }: Volume, limits: NiftiLimits): void {
  const frames = Math.max(...size) * volumes;
  if (frames > limits.maxFrames) throw tooLarge('slices', limits.maxFrames, frames, 'maxFrames');
  const [i, j, k] = size;
  const largest = Math.max(i * j, i * k, j * k);
  if (largest > limits.maxPixels) throw tooLarge('pixels a slice', limits.maxPixels, largest, 'maxPixels');
  const needed = offset + i * j * k * volumes * type.bytes;
  if (isGzip(bytes)) {
    if (needed > limits.maxInflatedBytes)
      throw tooLarge('inflated bytes', limits.maxInflatedBytes, needed, 'maxInflatedBytes');
  } else if (needed > bytes.length) {
    throw cutOff();
  }
}

/** The file's bytes, inflated; what follows the last voxel is left out. */
export function inflate(bytes: Uint8Array, { size, volumes, type, offset }: Volume, limits: NiftiLimits): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const needed = offset + size[0] * size[1] * size[2] * volumes * type.bytes;
  try {
    const whole = gunzipSync(bytes, { maxOutputLength: limits.maxInflatedBytes });
    if (whole.length < needed) throw cutOff();
    return whole.subarray(0, needed);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('inflated bytes', limits.maxInflatedBytes, limits.maxInflatedBytes + 1, 'maxInflatedBytes');
    }
    if (error instanceof Error && error.name === 'ZooError') throw error;
    const message = 'The compressed file is damaged, was cut off, or has other bytes behind its end. Send it again.';
    throw invalidImage(message, error);
  }
}

function cutOff(): Error {
  return invalidImage('The file ends before its last voxel: it is damaged or was cut off. Send it again.');
}
