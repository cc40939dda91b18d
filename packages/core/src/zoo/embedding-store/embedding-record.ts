import { createHash } from 'node:crypto';
import { elementCount, float32Tensor, type Tensor, type TrainedEncoder } from '../../contract/index.js';
import { encodingKey } from '../cache/cache-keys.js';
import { fromHalf } from './half-precision.js';

/**
 * To be raised when records, or what images are turned into before they are encoded, change: what older zoos stored is
 * then not found.
 */
const VERSION = 3;
const FORMAT = `medzoo-embedding-${VERSION}`;

/**
 * Under which an image's embedding is stored: that of the memory, and the version of records. The image's own digest is
 * not shown: whoever knows it can ask a gateway for the image.
 */
export function embeddingKey(imageKey: string, encoder: TrainedEncoder): string {
  return `${FORMAT}-${encodingKey(imageKey, encoder)}`;
}

/**
 * An embedding as text: format, shape, checksum, and the elements as float16 in base64. The checksum covers the key as
 * well, so that a record under another's key is noticed; it tells of damage, and not of somebody who may write to the
 * store.
 */
export function writeRecord(key: string, shape: readonly number[], half: Uint8Array): string {
  const lengths = shape.join('x');
  const payload = Buffer.from(half.buffer, half.byteOffset, half.byteLength).toString('base64');
  return [FORMAT, lengths, checksum(key, lengths, payload), payload].join(' ');
}

/** The embedding of a record; undefined for what is not one, is damaged, or belongs under another key. */
export function readRecord(key: string, record: unknown): Tensor<'float32'> | undefined {
  if (typeof record !== 'string') return undefined;
  const [format, lengths = '', sum, payload = '', ...rest] = record.split(' ');
  if (format !== FORMAT || rest.length > 0 || sum !== checksum(key, lengths, payload)) return undefined;
  if (!/^[1-9]\d*(x[1-9]\d*)*$/.test(lengths)) return undefined;
  const shape = lengths.split('x').map(Number);
  const half = Buffer.from(payload, 'base64');
  return half.byteLength === 2 * elementCount(shape) ? float32Tensor(shape, fromHalf(half)) : undefined;
}

function checksum(key: string, lengths: string, payload: string): string {
  return digest(`${key} ${lengths} ${payload}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
