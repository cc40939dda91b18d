import { rleArea, rleBoundingBox, splitRle, type Box, type Rle } from '@medzoo/core';
import type { Prompt } from './hard-case.type.js';

/** What a prompt asks for: the truth that it means, and the params of a promptable head. */
export interface Prompted {
  readonly truth: Rle;
  readonly params: Record<string, unknown>;
}

/** A prompt made from the truth, as a person who sees it would give it. */
export function promptParams(truth: Rle, prompt: Prompt): Prompted {
  const parts = splitRle(truth).toSorted((a, b) => rleArea(b) - rleArea(a));
  switch (prompt) {
    case 'box':
      return { truth, params: { box: boxOf(truth) } };
    case 'box around the largest part':
      return { truth: parts[0]!, params: { box: boxOf(parts[0]!) } };
    case 'box around a single part': {
      // Of parts that touch, the larger ones are made; the one in the middle is as it grew.
      const single = parts[Math.floor(parts.length / 2)]!;
      return { truth: single, params: { box: boxOf(single) } };
    }
    case 'centre of the largest part': {
      const { x, y, width, height } = boxOf(parts[0]!);
      return { truth, params: { points: [{ x: x + width / 2, y: y + height / 2, positive: true }] } };
    }
  }
}

function boxOf(mask: Rle): Box {
  const box = rleBoundingBox(mask);
  if (box === null) throw new Error('An empty truth gives no box.');
  return box;
}
