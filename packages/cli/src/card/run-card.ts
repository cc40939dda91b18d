import { CommandError } from '../command-error.js';
import { importHeads, readPackage } from '../check-head/facts/import-heads.js';
import { updateCard, type CardState } from './update-card.js';

/** Brings the cards of a package's heads up to date, or says whether they are. */
export async function runCard(
  folder: string,
  options: { readonly isDry: boolean },
): Promise<{ readonly path: string; readonly state: CardState }> {
  const packageJson = await readPackage(folder);
  if (!packageJson)
    throw new CommandError(`There is no package.json in ${folder}. Name the folder of a head's package.`);
  const { heads, fault } = await importHeads(folder, packageJson);
  if (heads.length > 0) return updateCard(folder, heads, options);
  throw new CommandError(fault ?? `The package in ${folder} exports no head.`);
}
