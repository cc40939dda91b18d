import { readFile } from 'node:fs/promises';
import { describeImage, isZooError, type ImageDescription } from '@medzoo/core';
import { orderSeries, type OrderedSeries, toSlice } from '@medzoo/dicom';
import { checkVolume, type ExportFormat, findPlane } from '@medzoo/export';
import { DECODERS } from '../decoders.js';
import { findImpossible, type ImpossibleFormats } from '../find-impossible.js';
import type { SeriesDescription, SeriesDescriptionRequest, SeriesStack } from '../reader-requests.js';

/** Where these faults are, no format that places masks in the patient can hold the series. */
const TURNED: readonly string[] = ['mixed orientation', 'mixed spacing', 'mixed size'];
const OF_A_FRAME = 'It shows one picture, and this is a series. Ask for it in `exports` of an image, frame by frame.';

/** Reads the headers of a series, one file after the other, and whether its pictures make volumes. */
export async function describeSeries({ files, limits }: SeriesDescriptionRequest): Promise<SeriesDescription> {
  const frames: ImageDescription[] = [];
  let impossible: ImpossibleFormats = { png: OF_A_FRAME, sc: OF_A_FRAME };
  for (const { path, frames: wanted } of files) {
    const bytes = await readFile(path);
    for (const frame of wanted) {
      const description = await describeImage(bytes, limits, { decoders: DECODERS, view: { frame } });
      if (frame === wanted[0]) impossible = { ...findImpossible(bytes, description), ...impossible };
      frames.push(description);
    }
  }
  const stacks = toStacks(frames, files.length);
  return {
    modality: frames[0]?.facts.modality ?? null,
    stacks,
    impossible: { ...findUnfit(stacks, frames), ...impossible },
  };
}

/** One stack; of a file of several volumes, one for each. Several files are one, whatever each holds of its own. */
function toStacks(frames: readonly ImageDescription[], files: number): SeriesStack[] {
  const own = (frames[0]?.facts ?? {}) as { readonly slices?: number };
  const slices = files === 1 ? (own.slices ?? frames.length) : frames.length;
  const stacks: SeriesStack[] = [];
  for (let from = 0; from < frames.length; from += slices) {
    const members = frames.slice(from, from + slices);
    stacks.push({ from, count: members.length, order: orderSeries(members.map(toSlice)) });
  }
  return stacks;
}

function findUnfit(stacks: readonly SeriesStack[], frames: readonly ImageDescription[]): ImpossibleFormats {
  const placed = ['seg', 'rtstruct', 'nifti'] as const satisfies readonly ExportFormat[];
  const lost = frames.findIndex(({ facts }) => !facts.geometry);
  if (lost >= 0) return refuse(placed, `Slice ${lost} does not say where in the patient it lies.`);
  const orders = stacks.map(({ order }) => order);
  const turned = orders.find((order) => isFault(order, TURNED));
  if (turned && !turned.ok) return refuse(placed, turned.reason);
  if (stacks.length > 1) return refuse(['nifti'], `The file holds ${stacks.length} volumes. Ask for one frame.`);
  const uneven = orders.find((order) => isFault(order, ['gap', 'duplicate position']));
  const reason = uneven && !uneven.ok ? uneven.reason : findFaultOfVolume(frames);
  return reason === undefined ? {} : refuse(['nifti'], reason);
}

/** The writer is stricter than `orderSeries`: it places every slice by one step, and volumes in mm³ are only summed. */
function findFaultOfVolume(frames: readonly ImageDescription[]): string | undefined {
  try {
    checkVolume(frames.flatMap(({ facts }) => findPlane(facts) ?? []));
    return undefined;
  } catch (error) {
    if (!isZooError(error)) throw error;
    return error.message;
  }
}

function isFault(order: OrderedSeries, faults: readonly string[]): boolean {
  return !order.ok && faults.includes(order.fault);
}

function refuse(formats: readonly ExportFormat[], reason: string): ImpossibleFormats {
  return Object.fromEntries(formats.map((format) => [format, reason]));
}
