import type { Box, Point } from '@medzoo/core';
import { InvalidArgumentError } from 'commander';

/** "X,Y,WIDTH,HEIGHT" in image pixels. */
export function parseBox(text: string): Box {
  const [x, y, width, height] = parseNumbers(text, 4);
  return { x: x!, y: y!, width: width!, height: height! };
}

/** "X,Y" in image pixels, after those before it. */
export function parsePoint(text: string, before: readonly Point[] = []): Point[] {
  const [x, y] = parseNumbers(text, 2);
  return [...before, { x: x!, y: y! }];
}

function parseNumbers(text: string, count: number): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  throw new InvalidArgumentError(
    `Expected ${count} numbers with commas between, such as ${'10,20,30,40'.slice(0, count * 3 - 1)}.`,
  );
}
