import { describeImage, readStoredPixels, type ImageDescription, type ImageView, type ZooConfig } from '@medzoo/core';
import { describeStored, type StoredValues } from './describe-stored.js';

/** What is in a file and one of its frames. No name, date or id of a patient is in it. */
export interface Inspected {
  readonly description: ImageDescription;
  readonly storedValues: StoredValues;
}

export interface InspectOptions extends Pick<ZooConfig, 'decoders' | 'limits'> {
  readonly view: ImageView;
}

/** Reads the header of a file, and the values of one of its frames as they are stored. */
export async function inspectFile(bytes: Uint8Array, { decoders, limits, view }: InspectOptions): Promise<Inspected> {
  const description = await describeImage(bytes, limits, { decoders, view });
  const stored = await readStoredPixels(bytes, limits, { decoders, view });
  return { description, storedValues: describeStored(stored) };
}

/** What `medzoo inspect --json` prints. */
export function toInspection({ description: { format, width, height, frames, facts }, storedValues }: Inspected) {
  return {
    format,
    transferSyntax: facts.transferSyntax,
    sopClass: facts.sopClass,
    modality: facts.modality,
    rows: height,
    columns: width,
    frames,
    samples: facts.samples,
    photometric: facts.photometric,
    bitsStored: facts.bitsStored,
    signed: facts.signed,
    spacing: facts.spacing,
    windows: facts.windows,
    flags: facts.flags,
    geometry: facts.geometry,
    storedValues,
  };
}
