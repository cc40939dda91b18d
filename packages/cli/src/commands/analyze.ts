import { resolve } from 'node:path';
import type { Box, OutOfDomain, Point } from '@medzoo/core';
import type { ExportFormat, SegmentationType } from '@medzoo/export';
import { Option, type Command } from 'commander';
import { parseBox, parsePoint } from '../analyze/requests/parse-prompts.js';
import { CommandError } from '../command-error.js';
import { addConfigOption, findConfigModule, readConfig } from '../read-config.js';
import { runCommand } from '../run-command.js';
import { addViewOptions, toView, type ViewOptions } from '../view-options.js';
import { createOutOfDomainOption } from './out-of-domain-option.js';

interface Options extends ViewOptions {
  readonly out: string;
  readonly config?: string;
  readonly heads?: string;
  readonly box?: Box;
  readonly point?: readonly Point[];
  readonly outOfDomain: OutOfDomain;
  readonly formats?: string;
  readonly replace?: true;
  /** Commander's word for `--no-pictures`. */
  readonly pictures: boolean;
  readonly segType: Lowercase<SegmentationType>;
}

export function addAnalyze(program: Command): void {
  addViewOptions(addConfigOption(program.command('analyze')), { takesAll: true })
    .description('Runs heads on images, prints what they found and draws it. Not for diagnosis.')
    .argument('<image...>', 'files or folders: DICOM, NIfTI, MGH, PNG, JPEG, WebP, TIFF, BMP, PGM or PPM')
    .option('--out <dir>', 'where pictures and answers.json go', 'medzoo-out')
    .option('--replace', 'write over answers about other images')
    .option('--no-pictures', 'draw nothing: a folder is done in about half the time')
    .option('--heads <ids>', 'the heads to run, with commas between (default: all that need no prompt)')
    .option('--box <x,y,width,height>', 'prompt a promptable head with a box, in pixels of the image', parseBox)
    .option('--point <x,y>', 'prompt it with a point on the object; may be repeated', parsePoint)
    .addOption(createOutOfDomainOption())
    .option(
      '--formats <list>',
      'what else to write, with commas between: seg, rtstruct, sr, sc, nifti, geojson, coco, png, rle, csv',
    )
    .addOption(
      new Option('--seg-type <type>', 'fractional: probabilities; labelmap: one byte a pixel, for newer viewers')
        .choices(['binary', 'fractional', 'labelmap'] satisfies Lowercase<SegmentationType>[])
        .default('binary'),
    )
    .action((images: readonly string[], options: Options) =>
      runCommand(async () => {
        const { parseFormats } = await import('../analyze/exports/parse-formats.js');
        const { runAnalyze } = await import('../analyze/run-analyze.js');
        const formats = options.formats === undefined ? [] : parseFormats(options.formats);
        checkPictures(options.pictures, formats);
        return runAnalyze({
          config: await readConfig(options),
          configModule: findConfigModule(options),
          paths: images.map((image) => resolve(image)),
          view: toView(options),
          frames: options.frame === undefined ? 'usual' : options.frame === 'all' ? 'all' : 'one',
          out: resolve(options.out),
          replace: options.replace ?? false,
          heads: options.heads?.split(',').map((id) => id.trim()),
          outOfDomain: options.outOfDomain,
          prompts: { box: options.box, points: options.point ?? [] },
          formats,
          drawsPictures: options.pictures,
          segmentationType: options.segType.toUpperCase() as SegmentationType,
        });
      }),
    );
}

function checkPictures(drawsPictures: boolean, formats: readonly ExportFormat[]): void {
  if (drawsPictures || !formats.includes('sc')) return;
  throw new CommandError('The format sc holds the pictures that --no-pictures leaves out. Leave one of the two out.');
}
