import {
  drawHardPhantom,
  drawSample,
  encodePhantom,
  HARD_PHANTOM_NAMES,
  type HardPhantomName,
  type Phantom,
} from '@medzoo/samples';
import type { PhantomName } from './hard-case.type.js';

/** A phantom, drawn and as the bytes of a PNG. */
export interface DrawnPhantom {
  readonly phantom: Phantom;
  readonly image: Uint8Array;
}

export type DrawPhantom = (name: PhantomName) => Promise<DrawnPhantom>;

/** Draws each phantom once, however many cases show it: that takes a second. */
export function createPhantoms(): DrawPhantom {
  const drawn = new Map<PhantomName, Promise<DrawnPhantom>>();
  return (name) => {
    const known = drawn.get(name) ?? drawAnew(name);
    drawn.set(name, known);
    return known;
  };
}

async function drawAnew(name: PhantomName): Promise<DrawnPhantom> {
  const phantom = isHard(name) ? drawHardPhantom(name) : drawSample(name);
  return { phantom, image: await encodePhantom(phantom, 'png') };
}

function isHard(name: PhantomName): name is HardPhantomName {
  return (HARD_PHANTOM_NAMES as readonly string[]).includes(name);
}
