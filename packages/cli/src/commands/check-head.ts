import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runCommand } from '../run-command.js';

interface Options {
  readonly json?: boolean;
}

export function addCheckHead(program: Command): void {
  program
    .command('check-head')
    .description(
      "Checks a head's package, or a folder with model.json and its ONNX file: what start-up, testHead and " +
        'common sense can know, each with what mends it. The exit code is 1 if it is not ready to be served.',
    )
    .argument('[dir]', 'the folder', '.')
    .option('--json', 'the report as JSON')
    .action(async (dir: string, options: Options) => {
      await runCommand(() => checkHead(dir, options));
      process.exit(); // whatever the package's modules left open
    });
}

async function checkHead(dir: string, { json }: Options): Promise<number> {
  const { runCheckHead } = await import('../check-head/run-check-head.js');
  const { formatCheck } = await import('../check-head/format-check.js');
  const report = await runCheckHead(resolve(dir));
  const text = json ? JSON.stringify(report, undefined, 2) : formatCheck(report);
  await new Promise<void>((done) => process.stdout.write(`${text}\n`, () => done()));
  return report.isReady ? 0 : 1;
}
