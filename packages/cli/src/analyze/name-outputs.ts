import { basename } from 'node:path';
import { withoutEnding } from '../files/image-names.js';

/** A name for what is written about each file or folder: its own without ending, numbered where two would share one. */
export function nameOutputs(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const whole = basename(path);
    const stem = withoutEnding(whole) || whole;
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
