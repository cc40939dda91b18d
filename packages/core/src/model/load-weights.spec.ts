import { constants } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWeights, prefetchWeights } from './load-weights.js';
import { reserveBytes } from './weights/hash-file.js';

const BYTES = Uint8Array.from({ length: 100 }, (_, index) => index);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function store(bytes: Uint8Array) {
  await writeFile(join(folder, 'model.onnx'), bytes);
  return { url: pathToFileURL(join(folder, 'model.onnx')).href, sha256: SHA256, bytes: BYTES.length };
}

it('memory that nobody has is an error that names its size', () => {
  expect(() => reserveBytes(Number.MAX_SAFE_INTEGER)).toThrow(
    expect.objectContaining({
      code: 'BACKEND_UNAVAILABLE',
      details: expect.objectContaining({ bytes: 2 ** 53 - 1 }) as object,
    }) as Error,
  );
});

describe('loadWeights', () => {
  it('gives the bytes that were declared', async () => {
    expect(Uint8Array.from(await loadWeights(await store(BYTES)))).toEqual(BYTES);
  });

  it('refuses one changed byte, naming both digests', async () => {
    const changed = BYTES.with(50, 0);
    const found = createHash('sha256').update(changed).digest('hex');
    await expect(loadWeights(await store(changed))).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      details: { expected: SHA256, found },
      message: expect.stringMatching(new RegExp(`${SHA256}.*${found}.*again`)) as string,
    });
  });

  it('refuses a file cut short, one that is absent, and one elsewhere', async () => {
    const spec = await store(BYTES.subarray(0, 60));
    await expect(loadWeights(spec)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT', details: { foundBytes: 60 } });
    await expect(loadWeights({ ...spec, url: `${spec.url}.gone` })).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    for (const url of ['http://host/model.onnx', 'ftp://host/model.onnx', './model.onnx']) {
      await expect(loadWeights({ ...spec, url })).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
    }
  });

  it.runIf(process.platform === 'linux')(
    'waits for no pipe, and reads no device to an end that it has not',
    async () => {
      const pipe = join(folder, 'pipe.onnx');
      execFileSync('mkfifo', [pipe]);
      for (const path of [pipe, '/dev/zero', folder]) {
        const spec = { url: pathToFileURL(path).href, sha256: SHA256, bytes: BYTES.length };
        for (const read of [loadWeights, prefetchWeights])
          await expect(read(spec)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
      }
    },
  );

  // A file with a hole in it, of a size that Node 20 holds in no piece; later ones would try.
  it.runIf(constants.MAX_LENGTH < 2 ** 40)(
    'says that weights are too large for this Node, not that they are corrupt',
    async () => {
      const spec = await store(BYTES);
      await truncate(join(folder, 'model.onnx'), 2 ** 33);
      await expect(loadWeights({ ...spec, bytes: 2 ** 33 })).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message: expect.stringMatching(/8\.6 GB.*holds at most 4\.3 GB.*fp16-storage/) as string,
      });
    },
  );

  it('stops when the asker has gone', async () => {
    const reason = new Error('gone');
    await expect(loadWeights(await store(BYTES), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
