import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { runFrames } from './frames/run-frames.js';
import { readCount } from './read-number.js';

interface Options {
  readonly frames: number;
  readonly side: number;
  readonly within: number;
  readonly only?: 'gateway' | 'analyze';
  readonly out: string;
}

const command = new Command('npm run frames --')
  .description(
    'Asks a head about every frame of one DICOM file, through a gateway and by `medzoo analyze`, and compares the ' +
      'memory of all processes at a tenth of the frames with that at the half and the end; exits 1 if it has grown by ' +
      'more than may be. Linux only.',
  )
  .option('--frames <n>', 'how many', readCount, 500)
  .option('--side <pixels>', 'of a frame, of 16 bits a pixel', readCount, 240)
  .option('--within <percent>', 'what memory may grow by', readCount, 10)
  .addOption(new Option('--only <way>', 'one of the two ways').choices(['gateway', 'analyze']))
  .option('--out <dir>', 'where frames.json goes', 'out/bench')
  .parse();
const { frames, side, within, only, out } = command.opts<Options>();
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

try {
  if (process.platform !== 'linux') throw new Error("This reads /proc, which is Linux's: run it there.");
  const reports = await runFrames({ frames, side, only, say: (text) => console.error(text) });
  await mkdir(resolve(out), { recursive: true });
  await writeFile(join(resolve(out), 'frames.json'), `${JSON.stringify(reports, null, 2)}\n`);
  for (const { way, fileBytes, seconds, marks, mostBytes } of reports) {
    const words = marks.map(({ mark, own, all }) => `${mark}: ${megabytes(all)} (${megabytes(own)} its first process)`);
    console.log(`${way}, file of ${megabytes(fileBytes)}, ${seconds} s; most ${megabytes(mostBytes)}`);
    console.log(`  at frame ${words.join('; ')}`);
    const [first, ...later] = marks.map(({ all }) => all) as [number, ...number[]];
    if (Math.max(...later) <= first * (1 + within / 100)) continue;
    console.error(`broken: memory of ${way} has grown by more than ${within} %.`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
