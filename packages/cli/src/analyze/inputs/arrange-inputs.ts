import { dirname } from 'node:path';
import { describeImage, isZooError, sniffFormat, type ImageDescription, type ImageView } from '@medzoo/core';
import {
  createDicomDecoder,
  isWithoutPicture,
  orderSeries,
  sortSeries,
  toSlice,
  type OrderedSeries,
} from '@medzoo/dicom';
import { inOneLine } from '../../describe-error.js';
import { claimsToBeImage, isRaster } from '../../files/image-names.js';
import { readImage, readStart } from '../../files/read-image.js';
import type { ReadingOptions } from '../../files/reading-options.js';
import { showPath } from '../../files/show-path.js';
import { groupBy } from '../../statistics/group-by.js';
import { nameOutputs } from '../name-outputs.js';
import type { FoundFile } from './find-files.js';

/** One picture to ask heads about. */
export interface Picture {
  readonly file: string;
  readonly view: ImageView;
  readonly description: ImageDescription;
}

/** Pictures that belong together: a file's frames, or the files of a series, in the order in which they lie. */
export interface Study {
  /** What its outputs are named after. */
  readonly path: string;
  /** What a person is told of it as; series of one folder have names of their own. */
  readonly title: string;
  readonly kind: 'picture' | 'frames' | 'series';
  readonly pictures: readonly Picture[];
  /** What volumes are measured by, in the order of `pictures`; undefined for a picture alone. */
  readonly stacks: readonly Stack[];
}

/** Slices of one volume, or why they are none. */
export interface Stack {
  /** Which of the study's pictures. */
  readonly from: number;
  readonly count: number;
  readonly order: OrderedSeries;
}

export interface ArrangeOptions extends ReadingOptions {
  readonly view: ImageView;
  /**
   * Which frames of a file that has several: 'usual' are all of DICOM and of volumes, and one of other files, whose
   * pages may be thumbnails.
   */
  readonly frames: 'usual' | 'all' | 'one';
  readonly onError: (file: string, error: unknown) => void;
}

interface Described {
  readonly path: string;
  readonly description: ImageDescription;
  readonly pictures: readonly Picture[];
  /** Equal for files of one series; null for others. */
  readonly series: string | null;
}

export interface Arranged {
  readonly studies: readonly Study[];
  /**
   * Files in folders that are no images, by their names as well, results of before, and those of DICOM that are none
   * for a head: reports, presentation states, segmentations.
   */
  readonly passedOver: readonly string[];
}

const reader = createDicomDecoder();
/** For files that the config's own decoder has read within its limits. */
const UNLIMITED = {
  ...{ maxBytes: Infinity, maxInflatedBytes: 2 ** 31, maxPixels: Infinity, maxFrames: Infinity },
  ...{ maxElements: Infinity, maxDepth: 64 },
};
const SNIFFED_BYTES = 512;

/**
 * Reads the headers of all files, one after the other, and puts together what belongs together. Pixels are read later,
 * file by file.
 */
export async function arrangeInputs(files: readonly FoundFile[], options: ArrangeOptions): Promise<Arranged> {
  const described: Described[] = [];
  const passedOver: string[] = [];
  for (const file of files) {
    if (file.isResult === true) {
      passedOver.push(file.path);
      continue;
    }
    try {
      const format = sniff(await readStart(file.path, SNIFFED_BYTES), options.decoders);
      const isImage = file.isNamed || format !== undefined || claimsToBeImage(file.path);
      const found = isImage ? await describeFile(file.path, format, options) : undefined;
      if (!found || (!file.isNamed && isOfOtherImage(found))) passedOver.push(file.path);
      else described.push(found);
    } catch (error) {
      if (!file.isNamed && isWithoutPicture(error)) passedOver.push(file.path);
      else options.onError(file.path, error);
    }
  }
  return { studies: nameStudies(toStudies(described)), passedOver };
}

/** What says something about another image, such as a segmentation; a whole slide is one, which heads do not read. */
function isOfOtherImage({ description }: Described): boolean {
  return !['image', 'whole slide'].includes(description.facts.kind);
}

async function describeFile(
  path: string,
  format: string | undefined,
  { view, frames, decoders, limits }: ArrangeOptions,
): Promise<Described> {
  // Of a picture the header is enough; files of slices are parsed as a whole, once for all of their frames.
  const source = isRaster(format) ? path : await readImage(path, limits);
  const read = async (which: ImageView): Promise<Picture> => ({
    file: path,
    view: which,
    description: await describeImage(source, limits, { decoders, view: which }),
  });
  const first = await read(view);
  const { description } = first;
  const pictures = [first];
  const isWalk =
    frames === 'all' || (frames === 'usual' && description.facts.kind === 'image' && !isRaster(description.format));
  if (isWalk && description.frames > 1) {
    pictures.length = 0;
    for (let frame = 0; frame < description.frames; frame += 1) pictures.push(await read({ ...view, frame }));
  }
  const isSlice = description.format === 'dicom' && description.frames === 1 && description.facts.kind === 'image';
  return { path, description, pictures, series: isSlice && typeof source !== 'string' ? findSeries(source) : null };
}

/** A file without a series, or that another decoder than ours reads, stands alone. */
function findSeries(bytes: Uint8Array): string | null {
  try {
    return reader.seriesKey(bytes, { limits: UNLIMITED });
  } catch (error) {
    if (isZooError(error) && error.code === 'INVALID_PARAM') throw error; // of this program and not of the file
    return null;
  }
}

/** By its first bytes: a README beside the slices is no fault, and a DICOM file that cannot be read is one. */
function sniff(start: Uint8Array, decoders: ArrangeOptions['decoders'] = []): string | undefined {
  for (const decoder of decoders) {
    const format = decoder.sniff(start);
    if (format !== undefined) return format;
  }
  try {
    return sniffFormat(start);
  } catch {
    return undefined;
  }
}

type Untitled = Omit<Study, 'title'>;

function toStudies(described: readonly Described[]): Untitled[] {
  const members = new Map<string, Described[]>();
  for (const one of described) {
    if (one.series !== null) members.set(one.series, [...(members.get(one.series) ?? []), one]);
  }
  const taken = new Set<string>();
  return described.flatMap((one): Untitled[] => {
    const series = one.series === null ? undefined : members.get(one.series);
    if (!series || series.length === 1) return [toFileStudy(one)];
    if (taken.has(one.series!)) return [];
    taken.add(one.series!);
    return [toSeriesStudy(series)];
  });
}

/** The folder tells nothing apart where it holds several series; the name of their files does. */
function nameStudies(studies: readonly Untitled[]): Study[] {
  const names = nameOutputs(studies.map(({ path }) => path));
  const ofPath = groupBy(studies, ({ path }) => path);
  return studies.map((study, index) => {
    const isShared = ofPath.get(study.path)!.length > 1;
    const shown = showPath(study.path);
    return { ...study, title: isShared ? `${shown} (${inOneLine(names[index]!)})` : shown };
  });
}

function toFileStudy({ path, description, pictures }: Described): Untitled {
  if (pictures.length === 1) return { path, kind: 'picture', pictures, stacks: [] };
  const { slices = pictures.length } = description.facts as { readonly slices?: number };
  const stacks: Stack[] = [];
  for (let from = 0; from < pictures.length; from += slices) {
    const members = pictures.slice(from, from + slices);
    stacks.push({
      from,
      count: members.length,
      order: orderSeries(members.map(({ description: own }) => toSlice(own))),
    });
  }
  return { path, kind: 'frames', pictures, stacks };
}

function toSeriesStudy(series: readonly Described[]): Untitled {
  const pictures = series.map(({ pictures: [picture] }) => picture!);
  const { sorted, order } = sortSeries(pictures, ({ description }) => description);
  return {
    path: dirname(series[0]!.path),
    kind: 'series',
    pictures: sorted,
    stacks: [{ from: 0, count: sorted.length, order }],
  };
}
