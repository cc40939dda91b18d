import type { HeadAnswers } from './answers.js';

/** What the author of a head has not said yet, each as a sentence that says where it goes. */
export function listUndecided({ intendedUse, licence, dataLicence, modalities }: HeadAnswers): readonly string[] {
  return [
    ...(intendedUse === undefined ? ['What the head is for, and for whom: `intendedUse` in src/, and README.md.'] : []),
    ...(modalities.length === 0 ? ['Which modalities it is for, as DICOM codes: `modalities` in src/.'] : []),
    ...(licence === undefined ? ['The licence of code and weights: package.json, and model/model.json.'] : []),
    ...(dataLicence === undefined ? ['The licence of the images: npm run train -- --data-licence "CC BY 4.0"'] : []),
    'Where the data are from, and on what the head fails: README.md.',
    'The weights, which are random: npm run embed -- --data DIR, then npm run train.',
  ];
}
