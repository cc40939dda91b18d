import { isPartOfName, isSameName } from '../evaluation/set/names.js';

/**
 * What the names of data sets say about the modality of their images, as DICOM codes. A name that says nothing of it is
 * of no modality: `--near` then says which sets are close to a target.
 */
const MODALITY_WORDS: Readonly<Record<string, readonly string[]>> = {
  DX: ['cxr', 'xray', 'x-ray', 'chest', 'radiograph'],
  US: ['us', 'ultrasound', 'ultrasonography', 'sonography', 'hc18', 'busi', 'fetal head'],
  MR: ['mri', 'mr', 'brain'],
  CT: ['ct'],
  ES: ['endoscopy', 'colonoscopy', 'gastroscopy', 'kvasir', 'polyp'],
  SM: ['microscopy', 'histology', 'histopathology', 'nuclei', 'dsb2018'],
  XC: ['photo', 'wound', 'ulcer', 'foot', 'fuseg', 'skin'],
};

/** Organs are in every image of their region, whether or not a mask says so; lesions and cells are not. */
const SHOWN_IN: Readonly<Record<string, readonly string[]>> = {
  lungs: ['cxr', 'chest', 'thorax', 'thoracic', 'pneumonia', 'covid19'],
};

/** The modalities that a name tells of; usually one, or none. */
export function modalitiesOf(name: string): string[] {
  return Object.keys(MODALITY_WORDS).filter((code) => MODALITY_WORDS[code]!.some((word) => isPartOfName(word, name)));
}

/** Whether images of a set of this name show the target even without a mask of it. */
export function isShownAnyway(target: string, setName: string): boolean {
  const words = Object.entries(SHOWN_IN).find(([organ]) => isSameName(organ, target))?.[1] ?? [];
  return words.some((word) => isPartOfName(word, setName));
}
