import { spawnSync } from 'node:child_process';
import { automed } from '@medzoo/automed';
import { Command } from 'commander';
import { runCycles } from './cycles/run-cycles.js';
import { readPositive } from './read-number.js';

interface Options {
  readonly cycles: number;
  readonly within: number;
}

const command = new Command('npm run cycles --')
  .description(
    'Opens, runs and closes the encoder over and over in one process, ' +
      'and compares resident memory at the end with that after the first ' +
      'cycles; exits 1 if it has grown by more than may be.',
  )
  .option('--cycles <n>', 'how many', readPositive, 1000)
  .option('--within <percent>', 'what memory may grow by', readPositive, 2)
  .parse();
const { cycles, within } = command.opts<Options>();

/**
 * As a zoo's process with a memory budget starts (core's return-memory.ts): without it glibc keeps more or less of what
 * was freed.
 */
const ALLOCATOR = { MALLOC_TRIM_THRESHOLD_: '131072' };
if (process.env.MALLOC_TRIM_THRESHOLD_ === undefined) {
  const env = { ...ALLOCATOR, ...process.env };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' }).status ?? 1);
}

try {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const { firstBytes, lastBytes, growth } = await runCycles(automed.encoder.trained.model, {
    cycles,
    say: ({ cycle, rssBytes }) => console.error(`${String(cycle).padStart(6)}  ${megabytes(rssBytes)}`),
  });
  const percent = (growth * 100).toFixed(1);
  console.log(`${cycles} cycles: ${megabytes(firstBytes)} at first, ${megabytes(lastBytes)} at last, ${percent} %.`);
  if (growth * 100 > within) {
    console.error(`broken: resident memory has grown by more than ${within} %.`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
