import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runCommand } from '../run-command.js';
import { createWithinOption } from './within-option.js';

interface Options {
  readonly json?: boolean;
  readonly within: number;
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
    .addOption(createWithinOption())
    .action((dir: string, options: Options) => runCommand(() => checkHead(dir, options)));
}

async function checkHead(dir: string, { json, within }: Options): Promise<number> {
  const { checkApart } = await import('../check-head/apart/check-apart.js');
  const { formatCheck } = await import('../check-head/format-check.js');
  const report = await checkApart(resolve(dir), { within });
  const text = json ? JSON.stringify(report, undefined, 2) : formatCheck(report);
  process.stdout.write(`${text}\n`);
  return report.isReady ? 0 : 1;
}
