import { createDicomDecoder } from '../src/index.js';

const decoder = createDicomDecoder();

/** The stored values of each frame of a file. */
export async function framesOf(bytes: Uint8Array): Promise<number[][]> {
  const { frames } = decoder.describe(bytes);
  const all = Array.from({ length: frames }, (_, frame) => decoder.decodeStored(bytes, { frame }));
  return (await Promise.all(all)).map(({ data }) => Array.from(data));
}
