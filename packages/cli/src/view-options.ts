import { SLICE_DIRECTIONS, type ImageView, type SliceDirection } from '@medzoo/core/contract';
import { InvalidArgumentError, type Command } from 'commander';

/** Which picture of a file, as options of a command. */
export interface ViewOptions {
  readonly frame?: number | 'all';
  readonly slices?: SliceDirection;
  readonly window?: Window;
}

type Window = NonNullable<ImageView['window']>;

/** Adds --frame, --slices and --window. */
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
    )
    .option(
      '--window <center,width>',
      'which values are seen, from black to white; Hounsfield units of a CT (default: as the file says)',
      parseWindow,
    );
}

export function toView({ frame, slices, window }: ViewOptions): ImageView {
  return {
    ...(typeof frame === 'number' && { frame }),
    ...(slices !== undefined && { slices }),
    ...(window && { window }),
  };
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

function parseWindow(text: string): Window {
  const [center, width, ...more] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (Number.isFinite(center) && width! > 0 && Number.isFinite(width) && more.length === 0)
    return { center: center!, width: width! };
  throw new InvalidArgumentError('Expected a center and a width above 0 with a comma between, such as 40,400.');
}
