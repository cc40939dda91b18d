import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runCommand } from '../run-command.js';
import { addViewOptions, toView, type ViewOptions } from '../view-options.js';

interface Options extends ViewOptions {
  readonly json?: true;
  readonly pixels?: string;
}

export function addInspect(program: Command): void {
  addViewOptions(program.command('inspect'))
    .description('Says what is in an image file and how it looks. Prints no name, date or id of a patient.')
    .argument('<file>', 'DICOM, NIfTI, MGH, PNG, JPEG, WebP, TIFF, BMP, PGM or PPM')
    .option('--json', 'print it as JSON')
    .option('--pixels <file.png>', 'write the frame as a person sees it')
    .action((file: string, options: Options) =>
      runCommand(async () => {
        const { withDecoders } = await import('../decoders.js');
        const { runInspect } = await import('../inspect/run-inspect.js');
        return runInspect({
          config: withDecoders({}),
          file: resolve(file),
          view: toView(options),
          json: options.json ?? false,
          pixels: options.pixels === undefined ? undefined : resolve(options.pixels),
        });
      }),
    );
}
