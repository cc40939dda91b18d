import {
  completeLimits,
  parseWindowRule,
  shadeGrey,
  ZooError,
  type UsedWindow,
  type WindowRule,
} from '@medzoo/core/contract';
import { chooseGrid, type Axis, type Grid, type Plane } from './choose-grid.js';
import { describeVolume, type NiftiDescription } from './describe-volume.js';
import { NIFTI_LIMITS, type NiftiLimits } from './limits.js';
import { inflate, readHeader, sniffNifti } from './open-volume.js';
import { readSlice, type StoredSlice } from './read-slice.js';
import { checkFrame } from './refuse.js';
import type { Volume } from './volume.js';

export interface SliceOptions {
  /** Slice `frame % slices` of volume `frame / slices`, counted from 0. Default 0. */
  readonly frame?: number;
  /**
   * A plane of the body, or a voxel axis (0, 1, 2), across which slices are taken. Default: the axis that the file was
   * taken in slices along.
   */
  readonly slices?: Plane | Axis;
  readonly limits?: Partial<NiftiLimits>;
}

export interface ShowSliceOptions extends SliceOptions {
  /**
   * For a head, a window that the file lacks is its 1st to 99th percentile, for a person its smallest to largest value.
   * Default 'person'.
   */
  readonly purpose?: 'head' | 'person';
  readonly window?: WindowRule;
}

/** A slice in 8 bits with all that was assumed on the way. */
export interface DecodedSlice {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, turned as a viewer of DICOM shows it (see `description.grid`). */
  readonly data: Uint8Array;
  /** In values after slope and intercept; null for colour. */
  readonly window: UsedWindow | null;
  readonly modality: { readonly kind: 'none' | 'rescale'; readonly slope: number; readonly intercept: number };
  readonly frame: number;
  readonly description: NiftiDescription;
}

/** Reads NIfTI-1, NIfTI-2 (.nii, .nii.gz) and MGH (.mgh, .mgz). */
export interface NiftiDecoder {
  readonly format: 'nifti';
  sniff(bytes: Uint8Array): boolean;
  /** What is in the file; of a compressed one only the header is inflated. */
  describe(bytes: Uint8Array, options?: SliceOptions): NiftiDescription;
  /** The voxels of a slice as they are stored, neither scaled nor turned. */
  decodeStored(bytes: Uint8Array, options?: SliceOptions): StoredSlice;
  decodeFrame(bytes: Uint8Array, options?: ShowSliceOptions): DecodedSlice;
}

const DEFAULT_RULES = {
  person: { rule: 'file', otherwise: 'range' },
  head: { rule: 'file', otherwise: 'modality' },
} as const satisfies Record<string, WindowRule>;
const SLICES = [0, 1, 2, 'axial', 'coronal', 'sagittal'];

/**
 * All methods throw UNSUPPORTED_FORMAT, INVALID_IMAGE, IMAGE_TOO_LARGE, or INVALID_PARAM for a frame, window or plane
 * that cannot be. An inflated volume is kept as long as the bytes that it came from, so that walking over its slices
 * inflates once.
 */
export function createNiftiDecoder(options: { readonly limits?: Partial<NiftiLimits> } = {}): NiftiDecoder {
  const ownLimits = completeLimits(NIFTI_LIMITS, options.limits);
  const inflated = new WeakMap<Uint8Array, Uint8Array>();

  function open(bytes: Uint8Array, { frame = 0, slices, limits: own }: SliceOptions) {
    if (slices !== undefined && !SLICES.includes(slices)) {
      const message = `slices must be one of ${SLICES.join(', ')}; got ${JSON.stringify(slices)}.`;
      throw new ZooError('INVALID_PARAM', message, { details: { path: 'slices' } });
    }
    const limits = completeLimits(ownLimits, own);
    const volume = readHeader(bytes, limits);
    const grid = chooseGrid(volume, slices);
    checkFrame(frame, volume.size[grid.slice] * volume.volumes);
    return { volume, grid, limits, frame };
  }

  function read(bytes: Uint8Array, { volume, grid, limits, frame }: ReturnType<typeof open>): StoredSlice {
    let whole = inflated.get(bytes);
    if (!whole) {
      whole = inflate(bytes, volume, limits);
      inflated.set(bytes, whole);
    }
    const slices = volume.size[grid.slice];
    return readSlice(whole, volume, grid.slice, frame % slices, Math.floor(frame / slices));
  }

  return {
    format: 'nifti',
    sniff: sniffNifti,
    describe(bytes, own = {}) {
      const { volume, grid, frame } = open(bytes, own);
      return describeVolume(volume, grid, frame);
    },
    decodeStored: (bytes, own = {}) => read(bytes, open(bytes, own)),
    decodeFrame(bytes, own = {}) {
      const { purpose = 'person', window } = own;
      const rule = window === undefined ? DEFAULT_RULES[purpose] : parseWindowRule(window);
      const opened = open(bytes, own);
      const { volume, grid, frame } = opened;
      const stored = read(bytes, opened);
      const description = describeVolume(volume, grid, frame);
      const { slope, intercept } = volume;
      const modality = { kind: slope === 1 && intercept === 0 ? 'none' : 'rescale', slope, intercept } as const;
      const size = { width: description.columns, height: description.rows };
      if (stored.samples === 3) {
        const data = turn(stored.data as Uint8Array, stored, grid, 3);
        return {
          ...size,
          channels: 3,
          data,
          window: null,
          modality: { kind: 'none', slope: 1, intercept: 0 },
          frame,
          description,
        };
      }
      const shaded = shadeGrey(stored.data, greyFacts(volume, description), rule);
      const data = turn(shaded.data, stored, grid, 1);
      return { ...size, channels: 1, data, window: shaded.window, modality, frame, description };
    },
  };
}

function greyFacts({ slope, intercept, type }: Volume, { windows, bitsStored, signed }: NiftiDescription) {
  const apply = (stored: number): number => stored * slope + intercept;
  const smallest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const isFloat = type.name.startsWith('float');
  const storedEnds = isFloat ? undefined : ([apply(smallest), apply(smallest + 2 ** bitsStored - 1)] as const);
  return { modality: null, bitsStored, windows, storedEnds, apply, padding: null, isInverted: false };
}

/** From columns and rows as stored to those of the grid. */
function turn(data: Uint8Array, { rows, columns }: StoredSlice, grid: Grid, samples: 1 | 3): Uint8Array {
  const isTransposed = grid.columns.axis > grid.rows.axis;
  if (!isTransposed && !grid.columns.flipped && !grid.rows.flipped) return data;
  const [width, height] = isTransposed ? [rows, columns] : [columns, rows];
  const turned = new Uint8Array(data.length);
  for (let row = 0, to = 0; row < height; row += 1) {
    const alongRows = grid.rows.flipped ? height - 1 - row : row;
    for (let column = 0; column < width; column += 1) {
      const alongColumns = grid.columns.flipped ? width - 1 - column : column;
      const from = (isTransposed ? alongColumns * columns + alongRows : alongRows * columns + alongColumns) * samples;
      for (let sample = 0; sample < samples; sample += 1, to += 1) turned[to] = data[from + sample]!;
    }
  }
  return turned;
}
