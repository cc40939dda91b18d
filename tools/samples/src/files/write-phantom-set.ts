import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePhantom, encodeMask } from './encode-phantom.js';
import { drawSample, SAMPLE_NAMES, type SampleName } from '../samples.js';

/** The classification task whose heat map is worth seeing on a phantom. */
const TASKS: Partial<Record<SampleName, string>> = {
  'chest-film': 'chest-xray-pneumonia',
  'brain-slice': 'brain-mri',
  'breast-scan': 'breast-ultrasound',
};
/** Of the phantoms' masks, those that show what AutoMed segments. */
const TARGETS = ['lungs', 'fetal_head', 'nuclei', 'wound', 'polyp'];

/**
 * Writes the phantoms with their truth as a data set: `index.csv` with the columns id, image, mask, label, split,
 * target and task, images/ and masks/ (PNG, 0 and 255). Gives the number of rows.
 */
export async function writePhantomSet(folder: string, names: readonly SampleName[] = SAMPLE_NAMES): Promise<number> {
  for (const room of ['images', 'masks']) await mkdir(join(folder, room), { recursive: true });
  const rows = ['id,image,mask,label,split,target,task'];
  for (const name of names) {
    const phantom = drawSample(name);
    const [label, mask] = Object.entries(phantom.masks)[0]!;
    const [image, truth] = [`images/${name}.png`, `masks/${name}.png`];
    await writeFile(join(folder, image), await encodePhantom(phantom, 'png'));
    await writeFile(join(folder, truth), await encodeMask(mask, phantom.size));
    rows.push([name, image, truth, label, 'all', TARGETS.includes(label) ? label : '', TASKS[name] ?? ''].join(','));
  }
  await writeFile(join(folder, 'index.csv'), `${rows.join('\n')}\n`);
  return names.length;
}
