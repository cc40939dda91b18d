import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readPositive } from './read-number.js';
import { runSoak } from './soak/run-soak.js';

interface Options {
  readonly minutes: number;
  readonly callers: number;
  readonly killEvery: number;
  readonly providers: string;
  readonly out: string;
}

const command = new Command('npm run soak --')
  .description(
    'Puts a gateway under mixed load, with aborts and bad images, and kills or freezes its zoo again and again. ' +
      'Each request has to end in an answer ' +
      'or a named error, nothing may leak or be stuck; exits 1 and says what when that is broken. Linux only.',
  )
  .option('--minutes <n>', 'how long', readPositive, 10)
  .option('--callers <n>', 'how many ask at a time', readPositive, 8)
  .option(
    '--kill-every <seconds>',
    'how often a process of the zoo is killed (SIGKILL) or frozen (SIGSTOP), in turn',
    readPositive,
    20,
  )
  .option('--providers <list>', 'execution providers in order of preference, with commas between', 'cpu')
  .option('--out <dir>', 'where soak.json goes', 'out/bench')
  .parse();
const { minutes, callers, killEvery: killEverySeconds, providers, out } = command.opts<Options>();

try {
  if (process.platform !== 'linux') throw new Error("The soak reads /proc, which is Linux's: run it there.");
  process.env.MEDZOO_BENCH_PROVIDERS = providers; // read by bench.config.mjs
  const report = await runSoak({ minutes, callers, killEverySeconds, say: (text) => console.error(text) });
  await mkdir(resolve(out), { recursive: true });
  await writeFile(join(resolve(out), 'soak.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const [what, count] of Object.entries(report.counts)) console.log(`${String(count).padStart(7)}  ${what}`);
  const [first, last] = report.gatewayMegabytes;
  console.log(
    `${report.requests} requests in ${minutes} min, ${report.kills} kills, ${report.freezes} freezes; ` +
      `gateway ${first} MB at first, ${last} MB at last.`,
  );
  for (const violation of report.violations) console.error(`broken: ${violation}`);
  if (report.violations.length > 0) process.exitCode = 1;
  else console.log('Each request ended in an answer or a named error; nothing leaked, nothing was stuck.');
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
