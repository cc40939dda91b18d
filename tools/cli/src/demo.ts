import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Box, Point } from '@medzoo/core';
import { locateSample, SAMPLE_NAMES } from '@medzoo/samples';
import { Command } from 'commander';
import { addConfigOption, readConfigOption } from './command-options.js';
import { parseBox, parsePoint } from './demo/parse-prompts.js';
import { runDemo } from './demo/run-demo.js';
import { resolvePath } from './resolve-path.js';
import { runCommand } from './run-command.js';

interface Options {
  readonly out?: string;
  readonly config?: string;
  readonly heads?: string;
  readonly box?: Box;
  readonly point?: readonly Point[];
}

const command = addConfigOption(new Command('npm run demo --'))
  .description('Runs every head on images and draws what it found. Not for diagnosis.')
  .argument('[image...]', 'PNG, JPEG, WebP or TIFF, also 16-bit grey (default: the synthetic samples)')
  .option('--out <dir>', 'where pictures and answers.json go (default: out/demo of the project)')
  .option('--heads <ids>', 'the heads to run, with commas between (default: all that need no prompt)')
  .option('--box <x,y,width,height>', 'prompt a promptable head with a box, in pixels of the image', parseBox)
  .option('--point <x,y>', 'prompt it with a point on the object; may be repeated', parsePoint)
  .parse();
const options = command.opts<Options>();

await runCommand(async () =>
  runDemo({
    config: await readConfigOption(options),
    images: command.args.length > 0 ? command.args.map(resolvePath) : samples(),
    out: options.out === undefined ? resolve('out/demo') : resolvePath(options.out),
    heads: options.heads?.split(',').map((id) => id.trim()),
    prompts: { box: options.box, points: options.point ?? [] },
  }),
);

function samples(): string[] {
  return SAMPLE_NAMES.map((name) => fileURLToPath(locateSample(name)));
}
