import { basename } from 'node:path';

/** Names such as 1.2.840.1 have no ending: only those of the formats are taken off. */
const ENDING = /\.(nii\.gz|png|jpe?g|webp|tiff?|dcm|dicom|ima|nii|mgh|mgz)$/i;

/** A name for what is written about each file or folder: its own without ending, numbered where two would share one. */
export function nameOutputs(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const whole = basename(path);
    const stem = whole.replace(ENDING, '') || whole;
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
