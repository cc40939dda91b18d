import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawPicture, encodeStream } from './encode-stream.js';
import { mutate, seeded } from './mutate.js';
import { readExpected, readShared, sharedFiles } from './shared.js';
import { fragments, imageEntries, SYNTAX, writeDicom } from './write-dicom.js';

/** `MEDZOO_FUZZ=1000` is the long run. */
const COUNT = Number(process.env.MEDZOO_FUZZ ?? 60);
/** A hang, and not a busy machine: the slowest of all is printed, and should be below 2 s on a quiet one. */
const LONGEST_MS = 10_000;
const MOST_RSS_MB = 512;
/** Real files are read up to this size: a mutation copies the whole file. */
const LARGEST_FILE = 300_000;

interface Answer {
  readonly code: string;
  readonly digest?: string;
  readonly ms: number;
  readonly rssMb: number;
}

let child: ChildProcess;
const died = new AbortController();
let good: readonly Uint8Array[] = [];

beforeAll(async () => {
  child = fork(fileURLToPath(new URL('fuzz-child.mjs', import.meta.url)), { execArgv: ['--max-old-space-size=256'] });
  child.once('exit', () => died.abort(new Error('the child process has died')));
  good = await drawFiles();
});
afterAll(() => child.kill());

async function ask(bytes: Uint8Array): Promise<Answer> {
  child.send({ bytes: Buffer.from(bytes).toString('base64') });
  const [answer] = (await once(child, 'message', {
    signal: AbortSignal.any([died.signal, AbortSignal.timeout(20_000)]),
  })) as [Answer];
  return answer;
}

/** One file of each codec. */
async function drawFiles(): Promise<readonly Uint8Array[]> {
  const picture = drawPicture(24, 20, 1, 8);
  const size = [['00280010', 'US', [24]] as const, ['00280011', 'US', [20]] as const];
  const streams = [
    ['1.2.840.10008.1.2.4.50', await encodeStream('Jpeg', picture, { lossy: true })],
    ['1.2.840.10008.1.2.4.57', await encodeStream('Jpeg', picture, { lossy: false })],
    ['1.2.840.10008.1.2.4.80', await encodeStream('JpegLs', picture)],
    ['1.2.840.10008.1.2.4.90', await encodeStream('Jpeg2000', picture)],
    ['1.2.840.10008.1.2.4.201', await encodeStream('HtJpeg2000', picture)],
  ] as const;
  return [
    ...streams.map(([syntax, stream]) =>
      writeDicom(imageEntries([...size, fragments([stream])], { bits: 8 }), { syntax }),
    ),
    writeDicom(imageEntries([...size, ['7fe00010', 'OB', picture.values]], { bits: 8 }), { syntax: SYNTAX.explicit }),
  ];
}

test(`${COUNT} hurt files: no crash, no hang, bounded memory, and good files are read after each failure`, async () => {
  const digests = [];
  for (const bytes of good) {
    const answer = await ask(bytes);
    expect(answer.code).toBe('OK');
    digests.push(answer.digest);
  }
  const real = sharedFiles()
    .filter((name) => readExpected(name).refuse === undefined)
    .map(readShared)
    .filter(({ length }) => length < LARGEST_FILE);
  const files = [...good, ...real];
  const random = seeded(16);
  const codes: Record<string, number> = {};
  let worstMs = 0;
  let mostRssMb = 0;
  for (let count = 0; count < COUNT; count += 1) {
    const answer = await ask(mutate(files[count % files.length]!, random));
    expect(answer.code).not.toMatch(/^CRASH/);
    codes[answer.code] = (codes[answer.code] ?? 0) + 1;
    worstMs = Math.max(worstMs, answer.ms);
    mostRssMb = Math.max(mostRssMb, answer.rssMb);
    if (answer.code === 'OK' || answer.code === 'NOT_DICOM') continue;
    for (const [index, bytes] of good.entries()) expect((await ask(bytes)).digest).toBe(digests[index]);
  }
  process.stdout.write(
    `fuzz: ${JSON.stringify(codes)}, slowest ${worstMs.toFixed(0)} ms, most ${mostRssMb.toFixed(0)} MB\n`,
  );
  expect(worstMs).toBeLessThan(LONGEST_MS);
  expect(mostRssMb).toBeLessThan(MOST_RSS_MB);
}, 1_800_000);
