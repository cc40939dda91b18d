import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePhantom, encodeValues } from './encode-phantom.js';
import { drawSpot, SPOT_LABELS } from '../phantoms/spot.js';

/** Of ten images of a label, in this order. */
const SPLITS = ['train', 'train', 'train', 'train', 'train', 'train', 'val', 'val', 'test', 'test'];

/** Of a pixel, in mm, as a camera would have it. */
const PIXEL_MM = 0.1;
/** From this radius on, in mm, a spot counts as large: about half of them. */
const LARGE_MM = 2.7;

/**
 * Writes tasks to train heads on, of `count` drawn images: index.csv, images/ and masks/ (PNG; 0, 1 for the rim and 2
 * for the core of a spot). Half of the images have either label. Columns: image, mask, label (of classes), split; large
 * and ragged (several labels), radius_mm (a number), centre_x and centre_y (a place), pixel_size_mm.
 */
export async function writeSpotSet(folder: string, count: number): Promise<void> {
  for (const room of ['images', 'masks']) await mkdir(join(folder, room), { recursive: true });
  const rows = ['image,mask,label,split,large,ragged,radius_mm,centre_x,centre_y,pixel_size_mm'];
  for (let index = 0; index < count; index += 1) {
    const label = SPOT_LABELS[index % SPOT_LABELS.length]!;
    const phantom = drawSpot(label, index + 1);
    const name = `${String(index).padStart(4, '0')}.png`;
    await writeFile(join(folder, 'images', name), await encodePhantom(phantom, 'png'));
    await writeFile(join(folder, 'masks', name), await encodeValues(phantom.parts, phantom.size));
    const split = SPLITS[Math.floor(index / SPOT_LABELS.length) % SPLITS.length]!;
    const { centre, radius } = phantom;
    const signs = [radius * PIXEL_MM >= LARGE_MM, label === 'ragged'].map(Number);
    const numbers = [radius * PIXEL_MM, centre.x, centre.y].map((value) => value.toFixed(2));
    rows.push([`images/${name}`, `masks/${name}`, label, split, ...signs, ...numbers, PIXEL_MM].join(','));
  }
  await writeFile(join(folder, 'index.csv'), `${rows.join('\n')}\n`);
}
