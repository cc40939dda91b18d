import { isDeepStrictEqual, promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Bytes, ImageMask, VoxelGrid } from '@medzoo/core/contract';
import { labelsOf, takeHead, type Answered } from '../answered.js';
import { invalidParam, tooLarge } from '../refuse.js';
import { geometryMissing } from '../formats.js';
import { findOverlap, stampMask } from '../seg/fill-pixels.js';
import type { DicomSource } from '../source/dicom-source.js';
import { normalOf, type Plane, type Vector } from '../source/plane.js';
import { sortByPosition, takeStep } from '../source/sort-planes.js';
import { writeHeader, type Affine } from './header.js';
import { turnVolume, type PlacedVolume } from './turn-volume.js';

/** One slice: of a DICOM file, whose geometry is used, or of anything else with a plane. */
export type NiftiSlice = Answered &
  (
    | { readonly source: DicomSource; readonly frame?: number; readonly plane?: undefined }
    | { readonly plane: Plane; readonly source?: undefined }
  );

export interface NiftiOptions {
  /** Only these labels, numbered in this order; all of them if left out. Labels that overlap need a file each. */
  readonly labels?: readonly string[];
}

export interface NiftiFile {
  /** .nii.gz */
  readonly bytes: Bytes;
  /** The voxel value of each label, from 1; 0 is none of them. */
  readonly values: Readonly<Record<string, number>>;
}

interface Slice {
  readonly masks: readonly ImageMask[];
  readonly plane: Plane;
}

const MOST_VOXELS = 512 * 2 ** 20;
/** Lengths are int16 in NIfTI-1. */
const LONGEST = 32_767;
const compress = promisify(gzip);

/**
 * Writes the masks of a slice or of a series as one NIfTI-1 volume of labels, uint8, in RAS millimetres (sform code 1).
 * Slices of a volume are written in its own axes, so that a voxel of the mask has the indices of the volume's.
 * Slices are sorted by position. Throws INVALID_PARAM where their distances are uneven, where one lies beside the
 * others, where orientation or spacing differ, and where masks overlap.
 */
export async function writeNifti(answers: readonly NiftiSlice[], { labels }: NiftiOptions = {}): Promise<NiftiFile> {
  const { id, version, sha256 } = takeHead(answers);
  const chosen = takeLabels(labelsOf(answers), labels);
  const slices = sortByPosition(answers.map((answer) => toSlice(answer, chosen)));
  const { width, height } = takeSize(slices);
  const voxels = new Uint8Array(width * height * slices.length);
  slices.forEach(({ masks }, index) => {
    const into = voxels.subarray(index * width * height, (index + 1) * width * height);
    for (const mask of masks) stampMask(mask, chosen.indexOf(mask.label) + 1, into);
  });
  const step = stepBetween(slices);
  const { spacing } = slices[0]!.plane;
  const seen: PlacedVolume = {
    shape: [width, height, slices.length],
    spacing: [spacing.x, spacing.y, Math.hypot(...step)],
    affine: toRas(slices[0]!.plane, step),
    voxels,
  };
  const grid = findGrid(slices);
  const { voxels: written, ...placed } = grid ? turnVolume(seen, grid) : seen;
  const isWhole = slices.every(({ masks }) => masks.every(({ absentBecause }) => absentBecause !== 'domain'));
  const header = writeHeader({
    ...placed,
    description: `${id} ${version} weights ${sha256.slice(0, 16)}${isWhole ? '' : '; not answered everywhere'}`,
  });
  return {
    bytes: await compress(Buffer.concat([header, written])),
    values: Object.fromEntries(chosen.map((label, index) => [label, index + 1])),
  };
}

/** The one grid of all slices: those of one file, cut one way. */
function findGrid([first, ...others]: readonly Slice[]): VoxelGrid | undefined {
  const grid = first?.plane.grid;
  const isSame = others.every(({ plane }) => isDeepStrictEqual(plane.grid, grid));
  return isSame ? grid : undefined;
}

function takeLabels(all: readonly string[], wanted = all): readonly string[] {
  const unknown = wanted.filter((label) => !all.includes(label));
  if (unknown.length > 0) {
    throw invalidParam(`The answers have no mask of ${unknown.join(', ')}; they have ${all.join(', ') || 'none'}.`);
  }
  if (wanted.length === 0) throw invalidParam('The answers have no masks, so that there is nothing to write.');
  if (wanted.length > 255) throw invalidParam(`A volume of bytes holds at most 255 labels; got ${wanted.length}.`);
  return [...new Set(wanted)];
}

function toSlice(answer: NiftiSlice, labels: readonly string[]): Slice {
  const masks = answer.value.masks.filter(({ label }) => labels.includes(label));
  const overlap = findOverlap(masks);
  if (overlap) {
    throw invalidParam(
      `The masks of ${overlap[0]} and ${overlap[1]} overlap, which one volume cannot hold. Write a file for each label: { labels: ['${overlap[0]}'] }.`,
      { overlap: [...overlap] },
    );
  }
  if (answer.plane) return { masks, plane: answer.plane };
  const { source, frame = 0 } = answer;
  const plane = source.planeOf(frame);
  if (!plane) throw geometryMissing('nifti', source, frame);
  for (const { label, rle } of masks) {
    if (rle.size.width !== source.size.width || rle.size.height !== source.size.height) {
      throw invalidParam(
        `The mask of ${label} is not of its image's size; masks must be in the stored pixels of the file.`,
      );
    }
  }
  return { masks, plane };
}

function takeSize(slices: readonly Slice[]): { readonly width: number; readonly height: number } {
  const sizes = slices.flatMap(({ masks }) => masks.map(({ rle }) => rle.size));
  const [first] = sizes;
  if (!first || sizes.some(({ width, height }) => width !== first.width || height !== first.height)) {
    throw invalidParam('All slices of a volume must have masks of one size.');
  }
  if (Math.max(first.width, first.height, slices.length) > LONGEST) {
    throw tooLarge(`NIfTI-1 holds at most ${LONGEST} voxels along a side.`);
  }
  if (first.width * first.height * slices.length > MOST_VOXELS) {
    throw tooLarge(`The volume would hold more than ${MOST_VOXELS} voxels. Write it in parts.`);
  }
  return first;
}

/** LPS. A single slice has no distance to another, and is as thick as its file says, or 1 mm. */
function stepBetween(slices: readonly Slice[]): Vector {
  if (slices.length > 1) return takeStep(slices);
  const first = slices[0]!.plane;
  const thickness = first.sliceThickness ?? 1;
  const normal = normalOf(first);
  return [normal[0] * thickness, normal[1] * thickness, normal[2] * thickness];
}

/** DICOM's left and back are NIfTI's negative right and front: the first two rows change their sign. */
function toRas({ position, rowDirection, columnDirection, spacing }: Plane, step: Vector): [Affine, Affine, Affine] {
  const row = (axis: 0 | 1 | 2, sign: number): Affine => [
    sign * rowDirection[axis] * spacing.x,
    sign * columnDirection[axis] * spacing.y,
    sign * step[axis],
    sign * position[axis],
  ];
  return [row(0, -1), row(1, -1), row(2, 1)];
}
