import { SLICE_DIRECTIONS, type ImageView, type SliceDirection } from '@medzoo/core/contract';
import { InvalidArgumentError, type Command } from 'commander';

/** Which picture of a file, as options of a command. */
export interface ViewOptions {
  readonly frame?: number | 'all';
  readonly slices?: SliceDirection;
}

/** Adds --frame and --slices. */
export function addViewOptions(command: Command, { takesAll = false } = {}): Command {
  const which = 'which page, frame or slice of a file, counted from 0';
  return command
    .option(
      '--frame <n>',
      takesAll ? `${which}, or all (default: all of DICOM and of volumes, the first of other files)` : which,
      (text) => (takesAll && text === 'all' ? text : parseFrame(text)),
    )
    .option(
      '--slices <direction>',
      `across what a volume is cut: ${SLICE_DIRECTIONS.join(', ')} (default: as it was taken)`,
      parseSlices,
    );
}

export function toView({ frame, slices }: ViewOptions): ImageView {
  return { ...(typeof frame === 'number' && { frame }), ...(slices !== undefined && { slices }) };
}

function parseFrame(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 0.');
}

function parseSlices(text: string): SliceDirection {
  const found = SLICE_DIRECTIONS.find((direction) => String(direction) === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Expected one of ${SLICE_DIRECTIONS.join(', ')}.`);
}
