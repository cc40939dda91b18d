import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runCommand } from '../run-command.js';
import { CommandError } from '../command-error.js';
import { showPath } from '../files/show-path.js';
import { createWithinOption } from './within-option.js';

interface Options {
  readonly heads: string;
  readonly config: string;
  readonly replace?: boolean;
  readonly within: number;
}

export function addAdd(program: Command): void {
  program
    .command('add')
    .description(
      'Adds a head without code: model.json and its ONNX file, out of a zip archive or a folder. It is checked ' +
        'as check-head does, and refused if there is an error. No JavaScript of its author is run.',
    )
    .argument('<zip or folder>', 'where it comes from')
    .option('--heads <dir>', 'the folder that it goes to', 'heads')
    .option('--config <file>', 'the config that serves it', 'medzoo.config.mjs')
    .option('--replace', 'write over a head of the same id')
    .addOption(createWithinOption())
    .action((source: string, options: Options) => runCommand(() => add(source, options)));
}

async function add(source: string, { heads, config, replace = false, within }: Options): Promise<number> {
  const { runAdd } = await import('../add/run-add.js');
  const { configLines } = await import('../add/serve-heads.js');
  const { formatCheck } = await import('../check-head/format-check.js');
  const { countOf } = await import('../terminal/format.js');
  const paths = { source: resolve(source), heads: resolve(heads), config: resolve(config) };
  const {
    report,
    place,
    config: state,
    leftOut,
  } = await runAdd({ ...paths, replace, within, signal: abortOnSignals() });
  console.log(formatCheck(report));
  if (leftOut > 0) console.error(`Left out, as a head without code has no such files: ${countOf(leftOut, 'file')}.`);
  if (place === undefined) {
    console.error('error: The head is refused. Its author has to mend what is marked above.');
    return 1;
  }
  const [imports, entry] = configLines(paths.config, paths.heads);
  console.log(`The head is in ${showPath(place)}.`);
  if (state === 'asks')
    console.log(
      `Add it to ${config}, unless that reads the folder in another way:\n  ${imports}\n  heads: [${entry}, …]`,
    );
  else console.log(`${config} ${state === 'written' ? 'is written and ' : ''}serves it from the next start on.`);
  return 0;
}

/** So that what was unpacked is removed again; a second signal ends the process at once, as if nobody listened. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new CommandError(`Nothing was added: it was stopped by ${signal}.`)));
  }
  return controller.signal;
}
