import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeMask, encodePhantom } from './encode-phantom.js';
import { drawSpot, SPOT_LABELS } from './phantoms/spot.js';

/** Of ten images of a label, in this order. */
const SPLITS = ['train', 'train', 'train', 'train', 'train', 'train', 'val', 'val', 'test', 'test'];

/**
 * Writes a task to train a head on, of `count` drawn images: index.csv with the columns image, mask, label and split,
 * images/ and masks/ (PNG; 0 and 255). Half of the images have either label.
 */
export async function writeSpotSet(folder: string, count: number): Promise<void> {
  for (const room of ['images', 'masks']) await mkdir(join(folder, room), { recursive: true });
  const rows = ['image,mask,label,split'];
  for (let index = 0; index < count; index += 1) {
    const label = SPOT_LABELS[index % SPOT_LABELS.length]!;
    const phantom = drawSpot(label, index + 1);
    const name = `${String(index).padStart(4, '0')}.png`;
    await writeFile(join(folder, 'images', name), await encodePhantom(phantom, 'png'));
    await writeFile(join(folder, 'masks', name), await encodeMask(phantom.masks[label]!, phantom.size));
    const split = SPLITS[Math.floor(index / SPOT_LABELS.length) % SPLITS.length]!;
    rows.push([`images/${name}`, `masks/${name}`, label, split].join(','));
  }
  await writeFile(join(folder, 'index.csv'), `${rows.join('\n')}\n`);
}
