const PREFIX = '1.2.840.10008.5.1.4.1.1';

/**
 * SOP classes that hold no picture, and how they are called when they are refused. Keys are UIDs or beginnings of them
 * that end in a dot.
 */
const WITHOUT_PICTURE: readonly (readonly [string, string])[] = [
  ['1.2.840.10008.1.3.10', 'a DICOMDIR, which lists files and holds no image'],
  [`${PREFIX}.104.`, 'an encapsulated document'],
  [`${PREFIX}.88.`, 'a structured report'],
  [`${PREFIX}.9.`, 'a waveform'],
  [`${PREFIX}.11.`, 'a presentation state'],
  [`${PREFIX}.481.3`, 'an RT structure set'],
  [`${PREFIX}.481.4`, 'an RT beams treatment record'],
  [`${PREFIX}.481.5`, 'an RT plan'],
  [`${PREFIX}.481.6`, 'an RT brachytherapy treatment record'],
  [`${PREFIX}.481.7`, 'an RT treatment summary record'],
  [`${PREFIX}.481.8`, 'an RT ion plan'],
  [`${PREFIX}.481.9`, 'an RT ion beams treatment record'],
  [`${PREFIX}.4.2`, 'MR spectroscopy'],
  [`${PREFIX}.66`, 'raw data'],
  [`${PREFIX}.66.1`, 'a spatial registration'],
  [`${PREFIX}.66.2`, 'spatial fiducials'],
  [`${PREFIX}.66.3`, 'a deformable registration'],
  [`${PREFIX}.66.5`, 'a surface segmentation'],
  [`${PREFIX}.66.6`, 'tractography results'],
  [`${PREFIX}.67`, 'a real world value mapping'],
  [`${PREFIX}.68.`, 'a surface scan'],
  [`${PREFIX}.78.`, 'an eye measurement without an image'],
];

/** Pictures that say something about another image. They can be read as masks or values and are no input of a head. */
const DERIVED: Readonly<Record<string, ImageKind>> = {
  [`${PREFIX}.66.4`]: 'segmentation',
  [`${PREFIX}.66.7`]: 'label map segmentation',
  [`${PREFIX}.481.2`]: 'RT dose',
  [`${PREFIX}.30`]: 'parametric map',
};

/** Tiles of a slide that is far larger than a frame; a feature of its own. */
export const WHOLE_SLIDE = `${PREFIX}.77.1.6`;

/** What a file of this class is, if it holds no picture. */
export function nameWithoutPicture(sopClass: string | undefined): string | undefined {
  if (sopClass === undefined) return undefined;
  return WITHOUT_PICTURE.find(([key]) => (key.endsWith('.') ? sopClass.startsWith(key) : sopClass === key))?.[1];
}

/** 'image' for what a head may read. */
export type ImageKind =
  'image' | 'segmentation' | 'label map segmentation' | 'RT dose' | 'parametric map' | 'whole slide';

export function imageKind(sopClass: string | undefined): ImageKind {
  if (sopClass === WHOLE_SLIDE) return 'whole slide';
  return DERIVED[sopClass ?? ''] ?? 'image';
}

/** Of a class of the standard's. One of somebody else's may be any number, such as a date of birth. */
export const STANDARD_UID = /^1\.2\.840\.10008(\.(0|[1-9]\d{0,4})){2,10}$/;
