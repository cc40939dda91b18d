import { open, rename } from 'node:fs/promises';
import { flushFile } from '@medzoo/core';

/** Numbers in C order, as the file has them: little-endian. */
export interface StoredTensor {
  readonly dtype: 'F32' | 'F16' | 'U8';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const WIDTHS = { F32: 4, F16: 2, U8: 1 };
/** What NumPy maps without a copy begins at a multiple of it. */
const ALIGNMENT = 8;

/**
 * Writes tensors as one safetensors file (https://github.com/huggingface/safetensors, "Format"): the length of a JSON
 * header in 8 bytes, the header, then the data. The file has its name only when it is whole.
 */
export async function writeSafetensors(path: string, tensors: Readonly<Record<string, StoredTensor>>): Promise<void> {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const length = shape.reduce((product, one) => product * one, WIDTHS[dtype]);
    if (length !== bytes.length)
      throw new RangeError(`${name} of ${dtype} [${shape.join(', ')}] is not ${bytes.length} bytes.`);
    const start = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const header = Buffer.alloc(8 + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT, ' ');
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(header);
    for (const { bytes } of Object.values(tensors)) await file.writeFile(bytes);
    await flushFile(file);
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
